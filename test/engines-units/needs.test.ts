import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findJava, javaVersion } from '../engines/install/java.mjs';
import { entriesOf } from '../engines/install/python.mjs';
import { cacheFolder, findNeeds } from '../engines/install.mjs';

const REQUIREMENTS = new URL('../engines/requirements/', import.meta.url);

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-install-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A home that says its version by a release file, or by its program where there is none. */
function home(name: string, version: string, by: 'release' | 'program' = 'release'): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'bin'), { recursive: true });
  const says = by === 'program' ? `echo 'openjdk version "${version}" 2026-01-01' >&2` : 'exit 1';
  writeFileSync(join(path, 'bin', 'java'), `#!/bin/sh\n${says}\n`);
  chmodSync(join(path, 'bin', 'java'), 0o755);
  if (by === 'release') writeFileSync(join(path, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return path;
}

const seventeen = { variable: 'LANDFALL_JAVA17', fits: (version: number) => version === 17 };
const newer = { variable: 'LANDFALL_JAVA25', fits: (version: number) => version >= 24 };

describe("a Java's version", () => {
  test('is in its release file', () => expect(javaVersion(home('a', '17.0.15'))).toBe(17));
  test('or in what its program says', () => expect(javaVersion(home('a', '25', 'program'))).toBe(25));
  test('before 9 it began with 1', () => expect(javaVersion(home('a', '1.8.0_402'))).toBe(8));

  test('a folder without a program is no Java', () => {
    mkdirSync(join(folder, 'openjdk-17'));
    writeFileSync(join(folder, 'openjdk-17', 'release'), 'JAVA_VERSION="17.0.15"\n');
    expect(javaVersion(join(folder, 'openjdk-17'))).toBe(null);
  });
});

describe('the search for Java', () => {
  test('takes the newest that fits in the usual folders', () => {
    mkdirSync(join(folder, 'openjdk-17'));
    const java17 = home('java-17-openjdk-amd64', '17.0.15');
    home('java-9', '9');
    home('temurin-24', '24.0.1');
    const java25 = home('temurin-25', '25.0.3');
    expect(findJava(seventeen, {}, [join(folder, 'absent'), folder])).toBe(java17);
    expect(findJava(newer, {}, [folder])).toBe(java25);
  });

  test('prefers a JAVA_HOME that fits and passes over one that does not', () => {
    const usual = home('usual/17', '17.0.1');
    const own = home('own', '17.0.2');
    expect(findJava(seventeen, { JAVA_HOME: own }, [join(folder, 'usual')])).toBe(own);
    expect(findJava(seventeen, { JAVA_HOME: home('old', '11') }, [join(folder, 'usual')])).toBe(usual);
    expect(findJava(newer, { JAVA_HOME: own }, [join(folder, 'usual')])).toBe(null);
  });

  test('takes what its variable names, or nothing', () => {
    const named = home('named', '17.0.2');
    expect(findJava(seventeen, { LANDFALL_JAVA17: named, JAVA_HOME: home('other', '17') }, [])).toBe(named);
    expect(() => findJava(newer, { LANDFALL_JAVA25: named }, [])).toThrow(
      `LANDFALL_JAVA25 is ${named}, which is Java 17`,
    );
    expect(() => findJava(newer, { LANDFALL_JAVA25: folder }, [])).toThrow('which has no bin/java');
  });
});

test('one error names all that is missing', () => {
  const env = { LANDFALL_PYTHON: join(folder, 'python'), LANDFALL_JAVA17: folder, LANDFALL_JAVA25: folder };
  expect(() => findNeeds(env)).toThrow(
    [
      'the engine tests need what is missing here:',
      `- LANDFALL_PYTHON is ${folder}/python, which is no Python 3.10 or newer with venv; install Debian's python3-venv, or set LANDFALL_PYTHON to one`,
      `- LANDFALL_JAVA17 is ${folder}, which has no bin/java; install Debian's openjdk-17-jre-headless, or set LANDFALL_JAVA17 to its home`,
      `- LANDFALL_JAVA25 is ${folder}, which has no bin/java; install Temurin's temurin-25-jdk, or set LANDFALL_JAVA25 to its home`,
    ].join('\n'),
  );
});

test('the cache is where the environment says', () => {
  expect(cacheFolder({ LANDFALL_ENGINES_CACHE: folder })).toBe(folder);
  expect(cacheFolder({ LANDFALL_ENGINES_CACHE: '' })).toMatch(/\.cache\/landfall\/engines$/);
});

describe('lock files of Python', () => {
  const lock =
    'pip-wheel==1 \\\n    --hash=sha256:a\n    # via b\nwheel==2 ; x \\\n    --hash=sha256:c\nzebra==3 \\\n    --hash=sha256:d\n';

  test('are cut by package', () => {
    expect(entriesOf(lock, ['wheel'])).toBe('wheel==2 ; x \\\n    --hash=sha256:c\n');
  });

  const files = readdirSync(REQUIREMENTS).filter((name) => name.endsWith('.txt'));

  test.each(files)('%s names versions, hashes and its own build tools, and no registry or machine', (name) => {
    const text = readFileSync(new URL(name, REQUIREMENTS), 'utf8');
    expect(text).not.toMatch(/:\/\/|index-url|find-links|(?:^|\s)\/\w/);
    for (const entry of text.split(/^(?=[A-Za-z0-9])/m))
      expect(entry).toMatch(/^[\w.-]+(?:\[.*\])?==\S+ .*\\\n {4}--hash=sha256:/);
    for (const tool of ['packaging', 'setuptools', 'wheel']) expect(entriesOf(text, [tool])).not.toBe('');
  });
});
