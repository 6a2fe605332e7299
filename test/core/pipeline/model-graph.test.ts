import { describe, expect, it } from '@jest/globals';
import { questionOf } from '../../../core/analyses/methods.ts';
import { parseAnalyses } from '../../../core/models/parse-analyses.ts';
import { modelGraph } from '../../../core/pipeline/model-graph.ts';
import type { Ports } from '../../../core/ports.ts';

const YAML = `- name: cups
  kind: summary
  input: ops.loads
  columns: {values: [rows_read]}
  outputs: {summary: cup_sizes}
`;

const PORTS = {
  lake: { parse: async () => [], columns: async () => new Map() },
  hasher: { hash: (text: string) => text },
} as unknown as Ports;

async function definitionOf(yaml: string): Promise<string> {
  const { analyses } = parseAnalyses(yaml, 'analyses.yml', 'tea-shop');
  const { definitions } = await modelGraph(PORTS, { contracts: [], models: [], analyses, dashboards: [] });
  return definitions.get('tea_shop.cup_sizes') ?? '';
}

describe('the definition of a result', () => {
  it('has the question that is asked for it: one that was mended is asked again', async () => {
    const [analysis] = parseAnalyses(YAML, 'analyses.yml', 'tea-shop').analyses;
    if (analysis === undefined) throw new Error('no analysis');
    expect(await definitionOf(YAML)).toContain(JSON.stringify(questionOf(analysis)));
  });

  it('is another with other options', async () => {
    const other = `${YAML}  options: {confidence: 0.9}\n`;
    expect(await definitionOf(other)).not.toBe(await definitionOf(YAML));
  });
});
