namespace Arb.Devnet.Trading;

/// <summary>
/// Puts a signed transaction into the mempool. On a running devnet this is the block builder's way in: straight into anvil, one that
/// arrives while the builder clears the pool could be lost, and its sender's later nonces would wait for ever.
/// </summary>
/// <param name="raw">The signed transaction.</param>
/// <param name="cancellation">Ends the wait.</param>
internal delegate Task SendToMempool(ReadOnlyMemory<byte> raw, CancellationToken cancellation);
