using System.Collections.Concurrent;
using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Reads the terms of every configured lender at one block hash in one <c>eth_call</c>. A lender that cannot be read is left out and
/// named; it costs no other lender its place.
/// </summary>
/// <remarks>
/// The first read of an instance makes one more call, for what never changes: the fee collector of Balancer's vault, Aave's aTokens.
/// </remarks>
public sealed class LoanReader : ILoanReader
{
    /// <summary>Place of <c>aTokenAddress</c> in Aave V3's <c>ReserveDataLegacy</c>.</summary>
    private const int ATokenWord = 8;

    private readonly Multicall _multicall;
    private readonly ImmutableArray<LenderOptions> _lenders;
    private readonly ConcurrentDictionary<(Address Lender, Address Token), Address> _companions = [];

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public LoanReader(JsonRpcClient client, LoanReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _multicall = new Multicall(client, options.Multicall3);
        _lenders = options.Lenders;
    }

    /// <inheritdoc/>
    public async Task<LoanOffers> ReadAsync(BlockStamp block, IReadOnlyList<Address> tokens, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(tokens);
        SortedDictionary<string, string> faults = new(StringComparer.Ordinal);
        (LenderOptions Lender, Address Token)[] pairs =
            [.. tokens.SelectMany(token => _lenders.Select(lender => (lender, token)))];
        await FindCompanionsAsync(block, pairs, faults, cancellation);

        List<(LenderOptions Lender, LenderQuery Query)> queries = [];
        foreach ((LenderOptions lender, Address token) in pairs)
        {
            if (Query(lender, token) is { } query)
            {
                queries.Add((lender, query));
            }
        }

        ContractReply[] replies = await _multicall.CallAsync(block, [.. queries.SelectMany(static q => q.Query.Calls)], cancellation);
        ImmutableArray<FlashLoanTerms>.Builder terms = ImmutableArray.CreateBuilder<FlashLoanTerms>();
        terms.AddRange(tokens.Select(static token => FlashLoanTerms.Nested(token)));
        int at = 0;
        foreach ((LenderOptions lender, LenderQuery query) in queries)
        {
            ContractReply[] own = replies[at..(at += query.Calls.Length)];
            try
            {
                if (query.Read(own) is { } offer)
                {
                    terms.Add(offer);
                }
            }
            catch (FormatException wrong)
            {
                faults[Name(lender)] = wrong.Message;
            }
        }

        return new LoanOffers(terms.ToImmutable(), faults.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private static string Name(LenderOptions lender) => $"lender {lender.Lender} {lender.Contract}";

    private LenderQuery? Query(LenderOptions lender, Address token) => lender.Lender switch
    {
        Lender.UniswapV4 or Lender.Morpho => LenderQuery.OfBalance(lender, token),
        Lender.BalancerV3 => LenderQuery.OfBalancerV3(lender, token),
        Lender.BalancerV2 => Companion(lender, default) is { } collector ? LenderQuery.OfBalancerV2(lender, token, collector) : null,
        Lender.UniswapV3 => LenderQuery.OfV3Pool(lender, token),
        Lender.UniswapV2 => LenderQuery.OfV2Pair(lender, token),
        Lender.AaveV3 => Companion(lender, token) is { } aToken ? LenderQuery.OfAaveV3(lender, token, aToken) : null,
        Lender.Erc3156 => LenderQuery.OfErc3156(lender, token),
        _ => throw new InvalidOperationException($"{lender.Lender} is no lender that is asked."),
    };

    private Address? Companion(LenderOptions lender, Address token) =>
        _companions.TryGetValue((lender.Contract, token), out Address companion) && !companion.IsZero ? companion : null;

    /// <summary>Contracts that a lender names and never changes, as far as they are not known yet.</summary>
    private async Task FindCompanionsAsync(
        BlockStamp block, (LenderOptions Lender, Address Token)[] pairs, SortedDictionary<string, string> faults, CancellationToken cancellation)
    {
        (LenderOptions Lender, Address Token)[] unknown =
        [
            .. pairs.Where(static pair => pair.Lender.Lender is Lender.BalancerV2 or Lender.AaveV3)
                .Select(static pair => pair.Lender.Lender == Lender.BalancerV2 ? (pair.Lender, default) : pair)
                .Distinct()
                .Where(pair => !_companions.ContainsKey((pair.Lender.Contract, pair.Token))),
        ];
        if (unknown.Length == 0)
        {
            return;
        }

        ContractReply[] replies = await _multicall.CallAsync(block, [.. unknown.Select(CompanionCall)], cancellation);
        for (int i = 0; i < unknown.Length; i++)
        {
            try
            {
                _companions[(unknown[i].Lender.Contract, unknown[i].Token)] = ReadCompanion(unknown[i].Lender.Lender, replies[i]);
            }
            catch (FormatException wrong)
            {
                faults[Name(unknown[i].Lender)] = wrong.Message;
            }
        }
    }

    private static ContractCall CompanionCall((LenderOptions Lender, Address Token) pair) => new(
        pair.Lender.Contract,
        pair.Lender.Lender == Lender.BalancerV2
            ? AbiWriter.Call("getProtocolFeesCollector()").ToArray()
            : AbiWriter.Call("getReserveData(address)").Address(pair.Token).ToArray());

    private static Address ReadCompanion(Lender lender, ContractReply reply)
    {
        if (lender == Lender.BalancerV2)
        {
            LenderQuery.Word(reply, "getProtocolFeesCollector() of the Vault");
            return new AbiReader(reply.Data).ReadAddress();
        }

        const int Least = (ATokenWord + 1) * UInt256.Size;
        return reply is { Succeeded: true, Data.Length: >= Least }
            ? new AbiReader(reply.Data.AsSpan(ATokenWord * UInt256.Size)).ReadAddress()
            : throw new FormatException(
                reply.Succeeded ? $"getReserveData(token) of the pool returned {reply.Data.Length} bytes"
                    : $"getReserveData(token) of the pool reverted: {RevertReasons.Decode(reply.Data)}");
    }
}
