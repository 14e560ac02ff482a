// Runs one program so that it cannot outlive whoever started this script.
//
//   node watcher.mjs <terminateAfterMs> <killAfterMs> <scratchFolder or ""> <program> [argument...]
//
// Signals are no lease: a SIGKILL sends none. An open pipe is: the kernel closes it with the process that holds it.
// So the lease is this script's stdin. Lines on it are orders:
//   stop <killAfterMs>   end the program gracefully, with this much patience
//   kill                 end it now
// and its end means that the starter is gone: stop with the patience given at the start.
//
// To stop is to close the program's stdin, SIGTERM its process group after terminateAfterMs, SIGKILL it after
// killAfterMs; both are counted from the order. The scratch folder is removed when the program is gone.
//
// Control lines on stdout begin with U+0001 ("pid N", "exit N", "failed REASON"); every other line is the program's.
//
// The script runs twice. The first instance only starts the second in a session of its own, out of reach of the
// terminal's signals and of a SIGKILL to the starter's whole process group, and waits for it, so that nobody is
// left unreaped in the ordinary case.

import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const watching = '--watch';
const windows = process.platform === 'win32';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { /* The lease decides, not the terminal. */ });
}

const exitCodeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0);

if (process.argv[2] === watching) {
  const [terminateAfterMs, killAfterMs, scratchFolder, program, ...programArguments] = process.argv.slice(3);
  watch(Number(terminateAfterMs), Number(killAfterMs), scratchFolder, program, programArguments);
} else {
  const script = fileURLToPath(import.meta.url);
  spawn(process.execPath, [script, watching, ...process.argv.slice(2)], {
    detached: !windows,
    stdio: 'inherit',
    windowsHide: true,
  }).on('exit', (code, signal) => process.exit(exitCodeOf(code, signal)));
}

function watch(terminateAfterMs, killAfterMs, scratchFolder, program, programArguments) {
  let lineOpen = false;
  let stopping = false;
  let exited = false;

  // The reader may be gone: then there is nobody to tell, and the program must still be ended.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});

  const child = spawn(program, programArguments, {
    detached: !windows,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  child.on('error', error => {
    if (child.pid === undefined) {
      report(`failed ${error.message}`);
      process.exitCode = 127;
      process.stdin.destroy();
    }
  });
  if (child.pid === undefined) {
    return;
  }

  report(`pid ${child.pid}`);
  child.stdin.on('error', () => {});
  child.stdout.on('data', data => { lineOpen = data.at(-1) !== 10; });
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });

  child.on('exit', (code, signal) => {
    exited = true;
    signalGroup('SIGKILL'); // What the program left behind in its group.
    const finish = () => finishWith(exitCodeOf(code, signal));
    child.on('close', finish);
    // A stranger outside the group may hold the pipes open; it is not ours to wait for.
    setTimeout(finish, 1000).unref();
  });

  let orders = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', text => {
    orders += text;
    for (let end = orders.indexOf('\n'); end >= 0; end = orders.indexOf('\n')) {
      obey(orders.slice(0, end).trim().split(' '));
      orders = orders.slice(end + 1);
    }
  });
  process.stdin.on('end', () => stop(killAfterMs));
  process.stdin.on('error', () => stop(killAfterMs));

  function obey([order, patienceMs]) {
    if (order === 'stop') {
      stop(Number(patienceMs));
    } else if (order === 'kill') {
      signalGroup('SIGKILL');
    }
  }

  function stop(patienceMs) {
    if (stopping) {
      return;
    }
    stopping = true;
    child.stdin.end();
    setTimeout(() => signalGroup('SIGTERM'), Math.min(terminateAfterMs, patienceMs));
    setTimeout(() => signalGroup('SIGKILL'), patienceMs);
  }

  function signalGroup(signal) {
    if (windows) {
      if (signal === 'SIGKILL' && !exited) {
        spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
      }
      return;
    }
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') { // ESRCH: nobody is left, which is what was wanted.
        report(`failed ${signal}: ${error.message}`);
      }
    }
  }

  let finished = false;
  function finishWith(code) {
    if (finished) {
      return;
    }
    finished = true;
    if (scratchFolder) {
      try {
        rmSync(scratchFolder, { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        report(`failed ${error.message}`); // A folder left behind is no reason to hide the exit code.
      }
    }
    report(`exit ${code}`, () => process.exit(code));
    setTimeout(() => process.exit(code), 500).unref(); // Nobody reads stdout any more.
  }

  function report(line, done) {
    process.stdout.write(`${lineOpen ? '\n' : ''}\u0001${line}\n`, done);
    lineOpen = false;
  }
}
