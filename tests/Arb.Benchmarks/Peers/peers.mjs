// Times other people's pool arithmetic on the quotes of a file.
// Usage: node peers.mjs <folder with node_modules> <questions.json> <answers.json>
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const [folder, questionsPath, answersPath] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { CurrencyAmount, Token } = require('@uniswap/sdk-core');
const { Pair } = require('@uniswap/v2-sdk');
const { Pool, Tick, TickList } = require('@uniswap/v3-sdk');

const questions = JSON.parse(readFileSync(questionsPath, 'utf8'));
const one = new Token(1, `0x${'11'.repeat(20)}`, 18);
const two = new Token(1, `0x${'22'.repeat(20)}`, 18);

/** Nanoseconds per run of the fastest batch: what the code takes when nothing else runs. */
async function nanoseconds(run, batchMs, batches) {
  let runs = 1;
  for (let warm = performance.now(); performance.now() - warm < batchMs; runs++) {
    await run();
  }
  let best = Infinity;
  for (let i = 0; i < batches; i++) {
    const started = performance.now();
    for (let j = 0; j < runs; j++) {
      await run();
    }
    best = Math.min(best, ((performance.now() - started) * 1e6) / runs);
  }
  return best;
}

async function v2() {
  const pairs = questions.v2.map((q) => new Pair(
    CurrencyAmount.fromRawAmount(one, q.reserveIn), CurrencyAmount.fromRawAmount(two, q.reserveOut)));
  const inputs = questions.v2.map((q) => CurrencyAmount.fromRawAmount(one, q.amountIn));
  const sdk = (i) => pairs[i].getOutputAmount(inputs[i])[0];
  const numbers = questions.v2.map((q) => [BigInt(q.reserveIn), BigInt(q.reserveOut), BigInt(q.amountIn)]);
  const formula = (i) => {
    const [reserveIn, reserveOut, amountIn] = numbers[i];
    const afterFee = amountIn * 997n;
    return (afterFee * reserveOut) / (reserveIn * 1000n + afterFee);
  };
  const all = (quote) => () => {
    for (let i = 0; i < questions.v2.length; i++) {
      quote(i);
    }
  };
  const count = questions.v2.length;
  return {
    sdkNs: (await nanoseconds(all(sdk), 600, 5)) / count,
    formulaNs: (await nanoseconds(all(formula), 300, 5)) / count,
    sdkAmounts: questions.v2.map((_, i) => sdk(i).quotient.toString()),
    formulaAmounts: questions.v2.map((_, i) => formula(i).toString()),
  };
}

/** The ticks of a recording, in which the nets need not add up to 0 as the SDK's own list demands. */
function provider(ticks) {
  const list = ticks.map(([index, net]) =>
    new Tick({ index, liquidityGross: net.replace('-', ''), liquidityNet: net }));
  return {
    getTick: async (index) => TickList.getTick(list, index),
    nextInitializedTickWithinOneWord: async (tick, lte, spacing) =>
      TickList.nextInitializedTickWithinOneWord(list, tick, lte, spacing),
  };
}

async function v3() {
  const answers = [];
  for (const p of questions.v3) {
    const pool = new Pool(one, two, p.feePips, p.sqrtPriceX96, p.liquidity, p.tick, provider(p.ticks));
    for (const amount of p.amounts) {
      const input = CurrencyAmount.fromRawAmount(one, amount);
      const run = () => pool.getOutputAmount(input);
      answers.push({ amountOut: (await run())[0].quotient.toString(), ns: await nanoseconds(run, 60, 3) });
    }
  }
  return answers;
}

writeFileSync(answersPath, JSON.stringify({ node: process.version, v2: await v2(), v3: await v3() }));
