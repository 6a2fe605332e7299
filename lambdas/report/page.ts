import type { LoadRenderer } from '../../adapters/shared/renderer.ts';

export const loadPage: LoadRenderer = async () => {
  const [{ renderReport }, { readAssets }] = await Promise.all([
    import('../../dashboard/render.ts'),
    import('../../dashboard/assets.ts'),
  ]);
  const assets = await readAssets();
  return (input) => renderReport(input, assets);
};
