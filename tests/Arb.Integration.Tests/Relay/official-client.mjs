// Drives the bundle relay with the official client. Arguments: folder of node_modules, RPC URL, bundle relay URL, funded private
// key, contract that passes ether on to the coinbase. Prints one line of JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, rpcUrl, relayUrl, privateKey, payer] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { ethers } = require('ethers');
const { FlashbotsBundleProvider, FlashbotsBundleResolution, FlashbotsTransactionResolution } = require('@flashbots/ethers-provider-bundle');

const provider = new ethers.JsonRpcProvider(rpcUrl, 31337, {
  staticNetwork: ethers.Network.from(31337), polling: true, pollingInterval: 50,
});
const wallet = new ethers.Wallet(privateKey, provider);
const auth = ethers.Wallet.createRandom();
const flashbots = await FlashbotsBundleProvider.create(provider, auth, relayUrl, 31337);

const transaction = (nonce, value) => ({
  signer: wallet,
  transaction: {
    type: 2, chainId: 31337, to: payer, value, nonce, gasLimit: 100000n,
    maxFeePerGas: ethers.parseUnits('50', 'gwei'), maxPriorityFeePerGas: ethers.parseUnits('1', 'gwei'),
  },
});
const signed = await flashbots.signBundle([transaction(0, 1000n), transaction(1, 234n)]);

// Far enough ahead that the block is not being built yet.
const target = (await provider.getBlockNumber()) + 2;
const simulation = await flashbots.simulate(signed, target);
const uuid = '7f5b5a0c-95a3-4a5e-8a21-0c1f8f0e6d11';
const dropped = await flashbots.sendRawBundle([signed[0]], target + 9, { replacementUuid: uuid });
const cancelled = await flashbots.cancelBundles(uuid);
const sent = await flashbots.sendRawBundle(signed, target);
const resolution = await sent.wait();
const receipts = await sent.receipts();
const alone = await flashbots.sendPrivateTransaction(
  transaction(2, 5n), { maxBlockNumber: (await provider.getBlockNumber()) + 10 });
const never = await flashbots.sendPrivateTransaction(transaction(9, 5n));
const privateCancelled = await flashbots.cancelPrivateTransaction(never.transaction.hash);
const cancelledTwice = await flashbots.cancelPrivateTransaction(never.transaction.hash);
const privateResolution = await alone.wait();
const stale = await flashbots.simulate(signed, target + 1);
const stats = await flashbots.getUserStats().catch(error => ({ thrown: error.message }));

const before = await provider.getBalance(
  (await provider.getBlock(target)).miner, target - 1);
const after = await provider.getBalance((await provider.getBlock(target)).miner, target);
const block = await provider.getBlock(target);
console.log(JSON.stringify({
  resolution: FlashbotsBundleResolution[resolution],
  simulatedSent: simulation.ethSentToCoinbase.toString(),
  simulatedGas: simulation.totalGasUsed,
  simulatedTips: simulation.gasFees.toString(),
  firstRevert: simulation.firstRevert ?? null,
  bundleHashMatches: sent.bundleHash === FlashbotsBundleProvider.generateBundleHash(sent.bundleTransactions.map(t => t.hash)),
  cancelled: cancelled.bundleHashes.length === 1 && cancelled.bundleHashes[0] === dropped.bundleHash,
  receipts: receipts.map(r => ({ status: r.status, index: r.index, block: r.blockNumber - target, gas: Number(r.gasUsed) })),
  coinbaseGain: (after - before).toString(),
  minedTips: receipts.reduce((sum, r) => sum + (r.gasPrice - block.baseFeePerGas) * r.gasUsed, 0n).toString(),
  privateResolution: FlashbotsTransactionResolution[privateResolution],
  privateCancelled,
  cancelledTwice: cancelledTwice.error ?? null,
  stale: stale.error ?? null,
  stats,
}));
provider.destroy();
