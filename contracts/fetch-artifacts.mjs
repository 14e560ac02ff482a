// Fetches what artifacts.json names into .cache/artifacts/<name>.json as {abi, bytecode}, each
// checked by the hash of its tarball and of its file. What is there and right is not fetched again.
// Arguments are further manifests: node fetch-artifacts.mjs artifacts.exact.json
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const cache = join(root, '.cache', 'artifacts');
const manifest = ['artifacts.json', ...process.argv.slice(2)].flatMap(
  (name) => JSON.parse(readFileSync(join(root, name), 'utf8')).artifacts,
);

const sha512 = (bytes) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
const idOf = (entry) => `${entry.package}@${entry.version}`;
const field = (object, path) => path.split('.').reduce((value, key) => value?.[key], object);

function check(bytes, expected, what) {
  const actual = sha512(bytes);
  if (actual !== expected) {
    throw new Error(`${what} is not what the manifest names: expected ${expected}, got ${actual}`);
  }
}

function extract(entry, text) {
  const fromJson = entry.format === 'json' ? JSON.parse(text) : undefined;
  const bytecode = fromJson
    ? field(fromJson, entry.bytecodeField)
    : new RegExp(`\\b${entry.bytecodeField} = '(0x[0-9a-f]+)'`).exec(text)?.[1];
  // solc leaves 40 characters for each library's address, of which 34 name it.
  const filled = entry.linked ? bytecode?.replace(/__\$[0-9a-f]{34}\$__/g, '0'.repeat(40)) : bytecode;
  if (!/^(0x)?([0-9a-f]{2})+$/i.test(filled ?? '')) {
    throw new Error(`${entry.name}: ${entry.bytecodeField} of ${entry.path} is no bytecode`);
  }
  const artefact = {
    abi: fromJson && entry.abiField ? field(fromJson, entry.abiField) : null,
    bytecode: bytecode.startsWith('0x') ? bytecode : `0x${bytecode}`,
  };
  return { seal: seal(entry, artefact), ...artefact };
}

/** Ties a cached artefact to its entry, so that a damaged or outdated one is seen. */
function seal(entry, { abi, bytecode }) {
  return sha512(JSON.stringify([entry.sha512, entry.bytecodeField, abi, bytecode]));
}

/** Puts a package's checked tarball into a folder and returns a reader of its files. */
function download(entry, folder) {
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 27 };
  const packed = execFileSync('npm', ['pack', idOf(entry), '--json', '--loglevel=error'], options);
  const tarball = join(folder, JSON.parse(packed)[0].filename);
  check(readFileSync(tarball), entry.integrity, `the tarball of ${idOf(entry)}`);
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], options);
  return (path) => readFileSync(join(unpacked, path));
}

function isCached(entry) {
  const target = join(cache, `${entry.name}.json`);
  try {
    const cached = existsSync(target) && JSON.parse(readFileSync(target, 'utf8'));
    return cached && cached.seal === seal(entry, cached);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false; // half-written or damaged: fetched anew
    }
    throw error;
  }
}

const missing = manifest.filter((entry) => !isCached(entry));
mkdirSync(cache, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'arb-artifacts-'));
try {
  const readers = new Map();
  for (const entry of missing) {
    if (!readers.has(idOf(entry))) {
      readers.set(idOf(entry), download(entry, temporary));
    }
    const bytes = readers.get(idOf(entry))(entry.path);
    check(bytes, entry.sha512, `${entry.path} of ${idOf(entry)}`);
    const target = join(cache, `${entry.name}.json`);
    writeFileSync(`${target}.${process.pid}`, JSON.stringify(extract(entry, bytes.toString('utf8'))));
    renameSync(`${target}.${process.pid}`, target);
  }
  console.log(`artefacts: ${manifest.length} ready, ${missing.length} fetched`);
} catch (error) {
  const detail = error.stderr ? `${error.message}\n${error.stderr}` : error.message;
  console.error(`fetch-artifacts: ${detail.trimEnd()}`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
