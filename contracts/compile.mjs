// Compiles a set of contracts by solc's standard JSON with the settings of foundry.toml, offline.
// Usage: node compile.mjs --solc <folder of the npm module "solc"> --out <file.json> [--set harness]
// The default set is what the devnet deploys; the harness set is what only exactness tests need.
// Same sources and settings give the same bytes. Errors end with one message and exit code 1.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const sets = {
  devnet: {
    folders: ['devnet', 'src'],
    published: {
      ArbExecutor: 'src/ArbExecutor.sol',
      DevToken: 'devnet/DevToken.sol',
      PoolRouter: 'devnet/PoolRouter.sol',
      Rival: 'devnet/Rival.sol',
    },
  },
  // All that can be deployed is published: a new harness contract needs no line here.
  harness: { folders: ['devnet', 'harness', 'lens', 'probes', 'test/weird'], published: null },
};
const compilerVersion = '0.8.26';

function fail(message) {
  console.error(`compile: ${message}`);
  process.exit(1);
}

function readArguments() {
  const values = {};
  const given = process.argv.slice(2);
  for (let i = 0; i < given.length; i += 2) {
    if (!['--solc', '--out', '--set'].includes(given[i])) {
      fail(`unknown option ${given[i]}; use --solc <folder> --out <file.json> [--set <name>]`);
    }
    values[given[i].slice(2)] = given[i + 1];
  }
  for (const name of ['solc', 'out']) {
    if (!values[name]) {
      fail(`--${name} is missing; use --solc <folder> --out <file.json>`);
    }
  }
  const set = sets[values.set ?? 'devnet'] ?? fail(`unknown set ${values.set}; there are ${Object.keys(sets).join(', ')}`);
  return { solc: resolve(values.solc), out: resolve(values.out), set };
}

function loadCompiler(folder) {
  let compiler;
  try {
    compiler = createRequire(import.meta.url)(folder);
  } catch (error) {
    fail(`cannot load solc from ${folder}: ${error.message.split('\n', 1)[0]}; run npm ci first`);
  }
  if (!compiler.version().startsWith(`${compilerVersion}+`)) {
    fail(`solc in ${folder} is ${compiler.version()}, but ${compilerVersion} is needed`);
  }
  return compiler;
}

/** The compiler keys of foundry.toml's default profile; an absent key is an error, never a default. */
function readSettings() {
  const text = readFileSync(join(root, 'foundry.toml'), 'utf8');
  const profile = text.slice(text.indexOf('[profile.default]')).split(/\n\[/, 1)[0];
  const value = (key) => {
    const match = new RegExp(`^${key} *= *"?([^"\\n]+?)"? *$`, 'm').exec(profile);
    if (!match) {
      fail(`foundry.toml lacks ${key} in [profile.default]`);
    }
    return match[1];
  };
  return {
    evmVersion: value('evm_version'),
    viaIR: value('via_ir') === 'true',
    optimizer: {
      enabled: value('optimizer') === 'true',
      runs: Number(value('optimizer_runs')),
    },
    metadata: {
      bytecodeHash: value('bytecode_hash'),
      appendCBOR: value('cbor_metadata') === 'true',
      useLiteralContent: false,
    },
  };
}

function readSources(folders) {
  const sources = {};
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true }).sort()) {
      if (entry.endsWith('.sol')) {
        const path = `${folder}/${entry.replaceAll('\\', '/')}`;
        sources[path] = { content: readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n') };
      }
    }
  }
  return sources;
}

function hash(sources) {
  const sum = createHash('sha256');
  for (const path of Object.keys(sources).sort()) {
    sum.update(`${path}\0${sources[path].content}\0`);
  }
  return sum.digest('hex');
}

const options = readArguments();
const compiler = loadCompiler(options.solc);
const settings = readSettings();
const sources = readSources(options.set.folders);
const fields = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'evm.methodIdentifiers'];
const input = {
  language: 'Solidity',
  sources,
  settings: { ...settings, outputSelection: { '*': { '*': fields } } },
};
const output = JSON.parse(compiler.compile(JSON.stringify(input)));
// 2394 reminds every user of transient storage to clear it; Permissions and ArbExecutor do, and tests say so.
const problems = (output.errors ?? []).filter((e) => e.severity !== 'info' && e.errorCode !== '2394');
if (problems.length > 0) {
  fail(`solc refused the sources\n${problems.map((e) => e.formattedMessage.trimEnd()).join('\n')}`);
}

/** Name and path of every contract of the set that has code; a name defined twice is an error. */
function deployable() {
  const found = {};
  for (const [path, defined] of Object.entries(output.contracts)) {
    for (const [name, compiled] of Object.entries(defined)) {
      if (compiled.evm.bytecode.object !== '') {
        if (found[name]) {
          fail(`${name} is defined in ${found[name]} and in ${path}`);
        }
        found[name] = path;
      }
    }
  }
  return found;
}

const contracts = {};
for (const [name, path] of Object.entries(options.set.published ?? deployable())) {
  const compiled = output.contracts[path]?.[name] ?? fail(`${path} does not define ${name}`);
  contracts[name] = {
    abi: compiled.abi,
    bytecode: `0x${compiled.evm.bytecode.object}`,
    deployedBytecode: `0x${compiled.evm.deployedBytecode.object}`,
    methodIdentifiers: compiled.evm.methodIdentifiers,
  };
}

const result = { compiler: compiler.version(), settings, sourcesSha256: hash(sources), contracts };
// Written beside the target and renamed, so that a reader never sees half a file.
mkdirSync(dirname(options.out), { recursive: true });
const partial = `${options.out}.${process.pid}.partial`;
writeFileSync(partial, `${JSON.stringify(result, null, 2)}\n`);
renameSync(partial, options.out);
console.log(`compiled ${Object.keys(contracts).join(', ')} with solc ${result.compiler}`);
