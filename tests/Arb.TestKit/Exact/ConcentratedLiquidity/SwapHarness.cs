using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>The harness contracts of concentrated liquidity (<c>contracts/harness/QuoteBatch.sol</c>): one ABI for all families.</summary>
public sealed class SwapHarness(ExactChain chain, Address address)
{
    /// <summary>Its address.</summary>
    public Address Address => address;

    /// <summary>What pools would do; nothing changes.</summary>
    public async Task<SwapAnswer[]> QuoteAsync(IReadOnlyList<SwapRequest> requests, CancellationToken cancellation)
    {
        AbiWriter call = AbiWriter.Call("quote((uint256,bool,int256,uint160)[])").Array(requests, Write);
        return Read(await chain.CallAsync(address, call, cancellation), requests);
    }

    /// <summary>Really swaps.</summary>
    public Task SwapAsync(SwapRequest request, CancellationToken cancellation)
    {
        AbiWriter call = AbiWriter.Call("swap((uint256,bool,int256,uint160))");
        Write(call, request);
        return chain.SendAsync(address, call, cancellation);
    }

    /// <summary>Provides liquidity.</summary>
    public Task MintAsync(int pool, IReadOnlyList<LiquidityRange> ranges, CancellationToken cancellation) => chain.SendAsync(
        address,
        AbiWriter.Call("mint(uint256,(int24,int24,uint128)[])").Number((ulong)pool).Array(
            ranges,
            static (w, range) => w.Number((UInt256)range.Lower).Number((UInt256)range.Upper).Number(range.Liquidity)),
        cancellation);

    /// <summary>A pool's price, tick and liquidity, as an answer without amounts.</summary>
    public async Task<SwapAnswer> StateAsync(int pool, CancellationToken cancellation)
    {
        byte[] state = await chain.CallAsync(
            address, AbiWriter.Call("state(uint256)").Number((ulong)pool), cancellation);
        AbiReader reader = new(state);
        return new SwapAnswer(
            null, UInt256.Zero, UInt256.Zero, reader.ReadNumber(), (int)(ulong)reader.ReadNumber(), (UInt128)reader.ReadNumber());
    }

    private static void Write(AbiWriter writer, SwapRequest request) => writer
        .Number((ulong)request.Pool)
        .Bool(request.ZeroForOne)
        .Number(request.ExactIn ? request.Amount : -request.Amount)
        .Number(request.Limit);

    private static SwapAnswer[] Read(byte[] result, IReadOnlyList<SwapRequest> requests)
    {
        AbiReader items = new AbiReader(result).ReadArray(out int count);
        if (count != requests.Count)
        {
            throw new FormatException($"The harness answered {count} of {requests.Count} requests.");
        }

        SwapAnswer[] answers = new SwapAnswer[count];
        for (int i = 0; i < count; i++)
        {
            bool reverted = items.ReadBool();
            string reason = items.ReadBytes32().ToString()[..10];
            UInt256 amount0 = items.ReadNumber();
            UInt256 amount1 = items.ReadNumber();
            UInt256 price = items.ReadNumber();
            int tick = (int)(ulong)items.ReadNumber();
            UInt128 liquidity = (UInt128)items.ReadNumber();
            // From the pool's side: it receives the positive one and pays the negative one.
            (UInt256 paid, UInt256 received) = requests[i].ZeroForOne ? (amount0, amount1) : (amount1, amount0);
            answers[i] = reverted
                ? SwapAnswer.Reverted(reason)
                : new SwapAnswer(null, paid, -received, price, tick, liquidity);
        }

        return answers;
    }
}
