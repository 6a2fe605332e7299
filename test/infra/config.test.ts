import { describe, expect, it } from '@jest/globals';
import { readArchitecture } from '../../infra/bundles/architecture.ts';
import { readSettings } from '../../infra/config.ts';
import { CONTEXT, type Context } from './context.ts';

const read = (more: Context = {}) => {
  const context: Context = { ...CONTEXT, ...more };
  return readSettings((name) => context[name]);
};

/** The stages of cdk.json with settings of `dev` changed. */
const dev = (changed: Context): Context => {
  const stages = CONTEXT['stages'] as { readonly dev: Context };
  return { stages: { ...stages, dev: { ...stages.dev, ...changed } } };
};

describe('settings', () => {
  it("are dev's, and keep everything, where nothing else is asked", () => {
    expect(read()).toMatchObject({ stage: 'dev', isDisposable: false, expireLandingDays: null, dropPrincipals: [] });
  });

  it('are those of the stage that is asked for', () => {
    expect(read({ stage: 'prod' })).toMatchObject({ stage: 'prod', removalPolicy: 'retain', largestMergeGiB: 100 });
  });

  it.each([
    ['a stage that is not there', { stage: 'prd' }, /context stage: expected one of dev, prod.*did you mean "prod"/],
    ['a setting that is misspelt', dev({ snapshotDay: 3 }), /stages.dev.snapshotDay: .*did you mean "snapshotDays"/],
    ['a limit of nothing', dev({ peopleScanGiB: 0 }), /peopleScanGiB: expected a whole number, 1 or more, found 0/],
    ['one that is a text', dev({ bulkWorkers: '4' }), /bulkWorkers: expected a whole number, 2 or more, found "4"/],
    ['one that is left out', dev({ queryResultDays: undefined }), /queryResultDays: .*found nothing/],
    ['days that CloudWatch has not', dev({ logDays: 10 }), /logDays: expected one of 1, 3, 5, .* found 10/],
    ['an unknown removal', dev({ removalPolicy: 'delete' }), /removalPolicy: expected "retain" or "destroy"/],
    ['no stages', { stages: undefined }, /context stages: expected settings by the name of a stage, found nothing/],
    ['a switch that is neither on nor off', { reserveConcurrency: 'no' }, /reserveConcurrency: expected true or false/],
    ['anybody at all', { dropPrincipals: '*' }, /dropPrincipals: expected account numbers or ARNs/],
  ])('name %s', (_, context, message) => {
    expect(() => read(context)).toThrow(message);
  });

  it('tell every mistake at once', () => {
    expect(() => read(dev({ bulkWorkers: 1, snapshotDays: -1 }))).toThrow(/bulkWorkers(.|\n)*snapshotDays/);
  });

  it('take several that may drop files', () => {
    const role = 'arn:aws:iam::123456789012:role/exports';
    expect(read({ dropPrincipals: `210987654321,${role}` }).dropPrincipals).toEqual(['210987654321', role]);
  });
});

describe('architecture', () => {
  it('is arm64, or the other one of Lambda', () => {
    expect([readArchitecture(), readArchitecture('x86_64')]).toEqual(['arm64', 'x86_64']);
    expect(() => readArchitecture('x64')).toThrow(/context lambdaArch: expected arm64 or x86_64, found "x64"/);
  });
});

describe('removal', () => {
  it('needs the setting and the flag', () => {
    expect(read({ allowDestroy: 'dev' }).isDisposable).toBe(true);
    expect(read().isDisposable).toBe(false);
  });

  it('is refused by a flag for another stage, and for a stage that is to be kept', () => {
    expect(() => read({ allowDestroy: 'true' })).toThrow(/allowDestroy: expected the name of the stage, dev/);
    expect(() => read({ stage: 'prod', allowDestroy: 'dev' })).toThrow(/expected the name of the stage, prod/);
    expect(() => read({ stage: 'prod', allowDestroy: 'prod' })).toThrow(
      /stages.prod.removalPolicy: expected "destroy"/,
    );
  });
});
