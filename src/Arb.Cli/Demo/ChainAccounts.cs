using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Cli.Demo;

/// <summary>Reads from the chain itself what the books are checked against: balances at a block, and every operator's transactions.</summary>
internal sealed class ChainAccounts(JsonRpcClient rpc, IChainReader chain, Address wrappedEther, Address recipient, IReadOnlyList<Address> operators)
{
    /// <summary>Recipient's ETH + WETH and all operators' ETH at a block, wei.</summary>
    public async Task<BigInteger> WorthAsync(ulong block, CancellationToken cancellation)
    {
        BigInteger worth = await BalanceAsync(recipient, block, cancellation) + await WrappedBalanceAsync(block, cancellation);
        foreach (Address account in operators)
        {
            worth += await BalanceAsync(account, block, cancellation);
        }

        return worth;
    }

    /// <summary>Every transaction an operator sent in the blocks of a range, both ends included.</summary>
    public async Task<IReadOnlyList<IncludedTransaction>> IncludedAsync(ulong from, ulong to, CancellationToken cancellation)
    {
        List<IncludedTransaction> included = [];
        for (ulong number = from; number <= to; number++)
        {
            foreach (Hash256 hash in await SentByOperatorsAsync(number, cancellation))
            {
                TransactionReceipt receipt = await chain.GetReceiptAsync(hash, cancellation)
                    ?? throw new ChainUnavailableException($"Block {number} contains {hash}, but the node has no receipt for it.");
                included.Add(new IncludedTransaction(hash, number, receipt.GasUsed, receipt.EffectiveGasPriceWei * receipt.GasUsed));
            }
        }

        return included;
    }

    private Task<BigInteger> BalanceAsync(Address account, ulong block, CancellationToken cancellation) => rpc.CallAsync(
        "eth_getBalance",
        w =>
        {
            w.WriteStringValue(account.ToString());
            w.WriteStringValue(Quantity(block));
        },
        Word,
        cancellation);

    private Task<BigInteger> WrappedBalanceAsync(ulong block, CancellationToken cancellation) => rpc.CallAsync(
        "eth_call",
        w =>
        {
            w.WriteStartObject();
            w.WriteString("to", wrappedEther.ToString());
            w.WriteString("data", $"0x70a08231000000000000000000000000{recipient.ToString()[2..]}"); // balanceOf(address)
            w.WriteEndObject();
            w.WriteStringValue(Quantity(block));
        },
        Word,
        cancellation);

    private Task<Hash256[]> SentByOperatorsAsync(ulong number, CancellationToken cancellation) => rpc.CallAsync(
        "eth_getBlockByNumber",
        w =>
        {
            w.WriteStringValue(Quantity(number));
            w.WriteBooleanValue(true);
        },
        block => block.GetProperty("transactions").EnumerateArray()
            .Where(t => operators.Contains(Address.Parse(t.GetProperty("from").GetString())))
            .Select(t => Hash256.Parse(t.GetProperty("hash").GetString()))
            .ToArray(),
        cancellation);

    private static BigInteger Word(JsonElement value) => UInt256.Parse(value.GetString()!);

    private static string Quantity(ulong number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}
