import { parseArgs } from 'node:util';
import { LandfallError } from '../../core/problems.ts';
import { generatorFor, generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import type { Command } from '../command.ts';
import { StderrProgress } from '../progress.ts';

export const generate: Command = {
  help: `
usage: landfall generate [--dataset NAME]… [--out DIR] [--scale N] [--seed N]

Writes sample files that look like the real ones: <out>/<data set>/… The same seed and scale give the same bytes.

  --dataset   only this data set; may be given more than once; all by default
  --out       where to write; landing by default
  --scale     1 is the published size; 0.05 by default
  --seed      a whole number; 42 by default

data sets, and their published size:
${sizes()}
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dataset: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'landing' },
        scale: { type: 'string', default: '0.05' },
        seed: { type: 'string', default: '42' },
      },
    });
    const scale = number('scale', values.scale, (value) => value > 0 && value <= 1, 'more than 0, at most 1');
    const seed = number('seed', values.seed, (value) => Number.isSafeInteger(value) && value >= 0, 'a whole number');
    const chosen = values.dataset.length === 0 ? generators : values.dataset.map(known);
    const progress = new StderrProgress();
    for (const generator of chosen) {
      progress.step('generate', generator.dataset);
      const { files, rows, bytes } = await writeDataset(generator, { out: values.out, scale, seed });
      progress.end();
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      process.stdout.write(
        `${generator.dataset}: ${files} files, ${rows.toLocaleString('en-US')} rows, ${size} in ${values.out}/${generator.dataset}\n`,
      );
    }
    return 0;
  },
};

function sizes(): string {
  const width = Math.max(...generators.map(({ dataset }) => dataset.length));
  return generators.map(({ dataset, published }) => `  ${dataset.padEnd(width)}  ${published}`).join('\n');
}

function known(name: string) {
  const generator = generatorFor(name);
  if (generator !== undefined) return generator;
  const names = generators.map(({ dataset }) => dataset).join(', ');
  throw new LandfallError(
    { code: 'unknown-dataset', message: `there is no generator for "${name}", expected one of ${names}` },
    2,
  );
}

function number(name: string, text: string, accepts: (value: number) => boolean, expected: string): number {
  const value = Number(text);
  if (text.trim() === '' || !accepts(value)) {
    throw new LandfallError({ code: 'usage', message: `--${name} is "${text}", expected ${expected}` }, 2);
  }
  return value;
}
