using System.Collections.Immutable;

namespace Arb.TestKit.Exact;

/// <summary>One pool family held against its real bytecode: deploys pools, asks model and contract the same, compares to the wei.</summary>
public interface IExactFamily
{
    /// <summary>Name for people and for <c>exact --family</c>, for example <c>uniswap-v3</c>.</summary>
    string Name { get; }

    /// <summary>Deploys contracts and pools; the seed decides their states.</summary>
    Task<IExactWorld> DeployAsync(ExactChain chain, ulong seed, CancellationToken cancellation);
}

/// <summary>A family's deployed pools.</summary>
public interface IExactWorld
{
    /// <summary>
    /// Draws at least <paramref name="quotes"/> random requests (both directions, exact in and exact out, edge amounts included), asks
    /// the contracts and the models, and compares amount or revert, and the state after a swap.
    /// </summary>
    Task<ExactBatch> CheckAsync(Random random, int quotes, CancellationToken cancellation);
}

/// <summary>What one batch gave.</summary>
/// <param name="Quotes">Requests compared.</param>
/// <param name="Refusals">Those the contract reverted.</param>
/// <param name="Mismatches">Those in which model and contract differ.</param>
public sealed record ExactBatch(int Quotes, int Refusals, ImmutableArray<ExactMismatch> Mismatches);

/// <summary>One difference, with all that is needed to repeat it.</summary>
/// <param name="Pool">The pool's state.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Model">What the model said.</param>
/// <param name="Chain">What the contract said.</param>
public sealed record ExactMismatch(string Pool, string Request, string Model, string Chain);
