using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// Asks the contracts what a creation event does not say: a Balancer pool's id, tokens and weights, and the decimals that an exact model
/// needs. A pool that does not answer as its family does, or that no model covers, is left out.
/// </summary>
internal sealed class PoolCompletion(Multicall multicall, Address vault)
{
    private const int DecimalsMax = 18;

    private static readonly byte[] GetPoolId = AbiWriter.Call("getPoolId()").ToArray();
    private static readonly byte[] GetNormalizedWeights = AbiWriter.Call("getNormalizedWeights()").ToArray();
    private static readonly byte[] GetScalingFactors = AbiWriter.Call("getScalingFactors()").ToArray();
    private static readonly byte[] Decimals = AbiWriter.Call("decimals()").ToArray();
    private static readonly uint GetPoolTokens = Keccak.Selector("getPoolTokens(bytes32)");
    private static readonly UInt256 One = 1_000_000_000_000_000_000UL;

    /// <summary>Whether a creation event of the family says too little.</summary>
    public static bool IsNeeded(PoolFamily family) => IsBalancer(family) || IsSolidly(family);

    /// <summary>The pools that can be quoted, complete.</summary>
    public async Task<ImmutableArray<PoolListing>> CompleteAsync(
        FactoryOptions factory, ImmutableArray<PoolListing> created, BlockStamp head, CancellationToken cancellation)
    {
        if (created.IsEmpty || !IsNeeded(factory.Family))
        {
            return created;
        }

        ImmutableArray<PoolListing> named = IsBalancer(factory.Family)
            ? await ReadVaultAsync(factory, created, head, cancellation)
            : created;
        return await ReadDecimalsAsync(named, head, cancellation);
    }

    private static bool IsBalancer(PoolFamily family) => family is PoolFamily.BalancerWeighted or PoolFamily.BalancerStable;

    private static bool IsSolidly(PoolFamily family) => family is PoolFamily.SolidlyStable or PoolFamily.SolidlyVolatile;

    private async Task<ImmutableArray<PoolListing>> ReadVaultAsync(
        FactoryOptions factory, ImmutableArray<PoolListing> created, BlockStamp head, CancellationToken cancellation)
    {
        ContractReply[] ids = await multicall.CallAsync(
            head, [.. created.Select(static pool => new ContractCall(pool.Key.Contract, GetPoolId))], cancellation);
        (Address Pool, Hash256 Id)[] known =
        [
            .. created.Zip(ids).Where(static pair => IsIdOf(pair.Second, pair.First.Key.Contract))
                .Select(static pair => (pair.First.Key.Contract, new Hash256(pair.Second.Data))),
        ];
        byte[] shape = factory.Family == PoolFamily.BalancerWeighted ? GetNormalizedWeights : GetScalingFactors;
        ContractReply[] replies = await multicall.CallAsync(
            head,
            [
                .. known.Select(pool => new ContractCall(vault, AbiWriter.Call(GetPoolTokens).Bytes32(pool.Id).ToArray())),
                .. known.Select(pool => new ContractCall(pool.Pool, shape)),
            ],
            cancellation);
        return
        [
            .. known.Select((pool, i) => ReadBalancer(factory, pool.Pool, pool.Id, replies[i], replies[known.Length + i]))
                .OfType<PoolListing>(),
        ];
    }

    private PoolListing? ReadBalancer(
        FactoryOptions factory, Address pool, Hash256 id, ContractReply tokensReply, ContractReply shapeReply)
    {
        ImmutableArray<Address> tokens = ReadTokens(tokensReply);
        bool weighted = factory.Family == PoolFamily.BalancerWeighted;
        int most = weighted ? BalancerWeightedPool.TokensMax : BalancerStablePool.TokensMax;

        // A pool that lists its own share prices it by joins and exits, which no model here does.
        if (tokens.Length < 2 || tokens.Length > most || tokens.Contains(pool))
        {
            return null;
        }

        ImmutableArray<UInt256> shape = ReadNumbers(shapeReply);
        UInt256 sum = shape.Aggregate(UInt256.Zero, static (total, weight) => total + weight);
        if (weighted ? shape.Length != tokens.Length || shape.Contains(UInt256.Zero) || sum != One : !IsFlat(shape))
        {
            return null;
        }

        return new PoolListing(new PoolKey(pool), factory.Family, factory.Dex, tokens, factory.Fee)
        {
            Vault = vault,
            VaultId = id,
            Variant = VariantOf(factory),
            Weights = weighted ? shape : [],
        };
    }

    /// <summary>
    /// Scaling factors that are powers of ten are those of decimals; any other has a rate in it, which moves. The first pools do not tell
    /// theirs: they have no rates.
    /// </summary>
    private static bool IsFlat(ImmutableArray<UInt256> factors)
    {
        foreach (UInt256 factor in factors)
        {
            UInt256 rest = factor;
            while (!rest.IsZero && (rest % 10u).IsZero)
            {
                rest /= 10u;
            }

            if (rest != UInt256.One)
            {
                return false;
            }
        }

        return true;
    }

    private static int VariantOf(FactoryOptions factory) => factory.Family == PoolFamily.BalancerWeighted
        ? (int)Enum.Parse<BalancerWeightedVariant>(factory.Variant)
        : (int)Enum.Parse<BalancerStableVariant>(factory.Variant);

    private async Task<ImmutableArray<PoolListing>> ReadDecimalsAsync(
        ImmutableArray<PoolListing> pools, BlockStamp head, CancellationToken cancellation)
    {
        Address[] tokens = [.. pools.SelectMany(static pool => pool.Tokens).Distinct()];
        ContractReply[] replies = await multicall.CallAsync(
            head, [.. tokens.Select(static token => new ContractCall(token, Decimals))], cancellation);
        Dictionary<Address, int> known = [];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (replies[i] is { Succeeded: true, Data.Length: UInt256.Size }
                && UInt256.FromBigEndian(replies[i].Data) is var decimals
                && decimals <= (ulong)DecimalsMax)
            {
                known[tokens[i]] = (int)(ulong)decimals;
            }
        }

        return
        [
            .. pools.Where(pool => pool.Tokens.All(known.ContainsKey))
                .Select(pool => pool with { Decimals = [.. pool.Tokens.Select(token => known[token])] }),
        ];
    }

    /// <summary>A Balancer id begins with its pool's address (PoolRegistry).</summary>
    private static bool IsIdOf(ContractReply reply, Address pool) =>
        reply is { Succeeded: true, Data.Length: Hash256.Size } && new Address(reply.Data.AsSpan(0, Address.Size)) == pool;

    /// <summary>The first list of <c>getPoolTokens</c>; empty for an answer of another shape.</summary>
    private static ImmutableArray<Address> ReadTokens(ContractReply reply)
    {
        ImmutableArray<UInt256> words = ReadNumbers(reply);
        return words.Any(static word => word.BitLength > 8 * Address.Size) ? [] : [.. words.Select(ToAddress)];
    }

    /// <summary>The list that an answer begins with; empty for an answer of another shape.</summary>
    private static ImmutableArray<UInt256> ReadNumbers(ContractReply reply)
    {
        try
        {
            if (!reply.Succeeded)
            {
                return [];
            }

            AbiReader numbers = new AbiReader(reply.Data).ReadArray(out int count);
            ImmutableArray<UInt256>.Builder read = ImmutableArray.CreateBuilder<UInt256>();
            for (int i = 0; i < count; i++)
            {
                read.Add(numbers.ReadNumber());
            }

            return read.ToImmutable();
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static Address ToAddress(UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        word.WriteBigEndian(bytes);
        return new Address(bytes[^Address.Size..]);
    }
}
