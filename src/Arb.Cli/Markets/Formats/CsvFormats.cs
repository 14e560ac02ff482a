using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>The comma-separated market files, told apart by their headers.</summary>
internal static class CsvFormats
{
    private static readonly ImmutableArray<Format> Known =
    [
        new("Uniswap V2 pairs with reserves (CSV)", "pair,token0,symbol0,decimals0,reserve0,token1,symbol1,decimals1,reserve1", Pairs),
        new("factory pools, topology only (CSV)", "protocol,pool,block,token0,token1,feePips", FactoryPools),
        new(
            "mixed pools (CSV)",
            "protocol,pool,block,fee,token0,decimals0,token1,decimals1,balance0,balance1,liquidity,sqrtPriceX96,tick,tickSpacing",
            MixedPools),
        new("Balancer weighted pools (CSV)", "pool,swapFee,token,decimals,balance,weight", WeightedCsv.Pools),
    ];

    public static MarketFile Parse(string text)
    {
        CsvTable table = new(text);
        foreach (Format format in Known)
        {
            if (format.Header == table.Header)
            {
                return new MarketFile { Format = format.Name, Pools = [.. format.Read(table)] };
            }
        }

        string headers = string.Join("\n  ", Known.Select(f => f.Header));
        string found = table.Header.Length <= 120 ? table.Header : string.Concat(table.Header.AsSpan(0, 117), "...");
        throw new MarketFileException($"line 1 is no known header: expected JSON or one of\n  {headers}\nfound\n  {found}");
    }

    private static IEnumerable<MarketPool> Pairs(CsvTable table)
    {
        foreach (CsvRow row in table.Rows())
        {
            yield return Pair(
                new MarketPool
                {
                    Id = MarketToken.Normalise(row.Text("pair")),
                    Protocol = Protocols.UniswapV2,
                    Tokens = [Token(row, 0, row.TextOrNull("symbol0")), Token(row, 1, row.TextOrNull("symbol1"))],
                },
                row,
                "reserve",
                3000);
        }
    }

    private static IEnumerable<MarketPool> FactoryPools(CsvTable table)
    {
        foreach (CsvRow row in table.Rows())
        {
            yield return new MarketPool
            {
                Id = MarketToken.Normalise(row.Text("pool")),
                Protocol = Protocol(row),
                Tokens = [new(MarketToken.Normalise(row.Text("token0"))), new(MarketToken.Normalise(row.Text("token1")))],
                Missing = "the file holds no state",
                FeePips = row.Int32("feePips", 0, FeePips.Whole - 1),
                Block = row.UInt64("block"),
            };
        }
    }

    private static IEnumerable<MarketPool> MixedPools(CsvTable table)
    {
        foreach (CsvRow row in table.Rows())
        {
            int fee = Fee(row);
            MarketPool pool = new()
            {
                Id = MarketToken.Normalise(row.Text("pool")),
                Protocol = Protocol(row),
                Tokens = [Token(row, 0, null), Token(row, 1, null)],
                Block = row.UInt64("block"),
                FeePips = fee,
            };
            yield return pool.Protocol == Protocols.UniswapV2
                ? Pair(pool, row, "balance", fee)
                : pool with { Missing = "the file holds no ticks", Liquidity = row.Unsigned("liquidity") };
        }
    }

    private static MarketPool Pair(MarketPool pool, CsvRow row, string column, int feePips)
    {
        ImmutableArray<UInt256> reserves = [row.Unsigned(column + "0"), row.Unsigned(column + "1")];
        for (int i = 0; i < reserves.Length; i++)
        {
            if (reserves[i] > ConstantProductPool.ReserveMax)
            {
                throw row.Wrong($"{column}{i}", "less than 2^112");
            }
        }

        return pool with { Balances = reserves, FeePips = feePips, Model = PoolModels.ConstantProduct(reserves[0], reserves[1], feePips) };
    }

    private static MarketToken Token(CsvRow row, int index, string? symbol) => new(
        MarketToken.Normalise(row.Text($"token{index}")), symbol, row.Int32($"decimals{index}", 0, byte.MaxValue));

    private static string Protocol(CsvRow row) => row.Text("protocol") switch
    {
        "uniswap_v2" => Protocols.UniswapV2,
        "uniswap_v3" => Protocols.UniswapV3,
        _ => throw row.Wrong("protocol", "uniswap_v2 or uniswap_v3"),
    };

    /// <summary>That file's source writes a fee as a fraction, as pips, or as pips with a point: below 1 it is a fraction.</summary>
    private static int Fee(CsvRow row)
    {
        UInt256 millionths = row.Scaled("fee", 6);
        (UInt256 whole, UInt256 rest) = UInt256.DivRem(millionths, (ulong)FeePips.Whole);
        UInt256 pips = whole.IsZero ? rest : whole;
        return pips < (ulong)FeePips.Whole && (whole.IsZero || rest.IsZero)
            ? (int)(ulong)pips
            : throw row.Wrong("fee", "a fraction below 1, or whole pips below 1,000,000");
    }

    private sealed record Format(string Name, string Header, Func<CsvTable, IEnumerable<MarketPool>> Read);
}
