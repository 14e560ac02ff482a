// Compiles what artifacts.sources.json names into .cache/artifacts/<name>.json as {abi, bytecode}. Sources
// and compiler come from npm, each checked by the hash of its tarball. What is there and right stays.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const cache = join(root, '.cache', 'artifacts');
const require = createRequire(import.meta.url);
const { artifacts } = JSON.parse(readFileSync(join(root, 'artifacts.sources.json'), 'utf8'));

const sha512 = (bytes) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
const seal = (entry, { abi, bytecode }) => sha512(JSON.stringify([entry, abi, bytecode]));

function isCached(entry) {
  const target = join(cache, `${entry.name}.json`);
  try {
    const cached = existsSync(target) && JSON.parse(readFileSync(target, 'utf8'));
    return cached && cached.seal === seal(entry, cached);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false; // half-written or damaged: compiled anew
    }
    throw error;
  }
}

/** Puts a package's checked tarball into a folder of its own and returns that. */
function download(id, integrity, folder) {
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 };
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', id, '--json', '--loglevel=error'], options));
  const tarball = join(folder, filename);
  const actual = sha512(readFileSync(tarball));
  if (actual !== integrity) {
    throw new Error(`the tarball of ${id} is not what the manifest names: expected ${integrity}, got ${actual}`);
  }
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], options);
  return unpacked;
}

function compile(entry, folder) {
  const sourcesFolder = download(`${entry.package}@${entry.version}`, entry.integrity, folder);
  const compilerFolder = download(`solc@${entry.compiler}`, entry.compilerIntegrity, folder);
  // The wrapper of the installed solc drives any version's program.
  const compiler = require('solc/wrapper')(require(join(compilerFolder, 'soljson.js')));
  const sources = {};
  for (const file of readdirSync(join(sourcesFolder, entry.root), { recursive: true }).sort()) {
    if (file.endsWith('.sol')) {
      sources[`${entry.root}/${file}`] = { content: readFileSync(join(sourcesFolder, entry.root, file), 'utf8') };
    }
  }
  const outputSelection = { [entry.file]: { [entry.contract]: ['abi', 'evm.bytecode.object'] } };
  const input = { language: 'Solidity', sources, settings: { ...entry.settings, outputSelection } };
  const output = JSON.parse(compiler.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((problem) => problem.severity === 'error');
  if (errors.length > 0) {
    throw new Error(`${entry.name} does not compile\n${errors.map((e) => e.formattedMessage.trimEnd()).join('\n')}`);
  }
  const { abi, evm } = output.contracts[entry.file][entry.contract];
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}

const missing = artifacts.filter((entry) => !isCached(entry));
mkdirSync(cache, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'arb-sources-'));
try {
  for (const entry of missing) {
    const artefact = compile(entry, temporary);
    const target = join(cache, `${entry.name}.json`);
    writeFileSync(`${target}.${process.pid}`, JSON.stringify({ seal: seal(entry, artefact), ...artefact }));
    renameSync(`${target}.${process.pid}`, target);
  }
  console.log(`sources: ${artifacts.length} ready, ${missing.length} compiled`);
} catch (error) {
  console.error(`compile-sources: ${error.stderr ? `${error.message}\n${error.stderr}` : error.message}`.trimEnd());
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
