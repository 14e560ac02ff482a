using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>One pool of the quote command's format, by protocol.</summary>
internal static class PoolJson
{
    private const int BalancerDecimalsMax = 18;

    private static readonly ImmutableArray<(string Protocol, Func<JsonFields, MarketPool, MarketPool> Read)> Families =
    [
        (Protocols.UniswapV2, ReadConstantProduct),
        (Protocols.UniswapV3, ReadConcentrated),
        (Protocols.UniswapV4, ReadConcentrated),
        (Protocols.BalancerWeighted, ReadWeighted),
        (Protocols.BalancerStable, ReadBalancerStable),
        (Protocols.CurveStableSwap, ReadCurve),
        (Protocols.SolidlyStable, (fields, pool) => ReadSolidly(fields, pool, isStable: true)),
        (Protocols.SolidlyVolatile, (fields, pool) => ReadSolidly(fields, pool, isStable: false)),
    ];

    public static MarketPool Parse(JsonElement element, int index)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new MarketFileException($"pools[{index}]: expected an object.");
        }

        string written = new JsonFields(element, $"pools[{index}]").Text("id");
        string id = MarketToken.Normalise(written);
        JsonFields fields = new(element, $"pool '{id}' (pools[{index}])");
        string protocol = fields.Text("protocol");
        foreach ((string name, Func<JsonFields, MarketPool, MarketPool> read) in Families)
        {
            if (name == protocol)
            {
                return read(fields, new MarketPool { Id = id, WrittenId = written, Protocol = protocol, Tokens = [] });
            }
        }

        throw fields.Wrong("protocol", $"expected one of {string.Join(", ", Families.Select(f => f.Protocol))}, found '{protocol}'.");
    }

    private static MarketPool ReadConstantProduct(JsonFields fields, MarketPool pool)
    {
        pool = ReadPair(fields, pool);
        ImmutableArray<UInt256> reserves = [fields.Unsigned("reserve0"), fields.Unsigned("reserve1")];
        int fee = fields.Int32("feePips", 0, FeePips.Whole - 1);
        for (int i = 0; i < reserves.Length; i++)
        {
            if (reserves[i] > ConstantProductPool.ReserveMax)
            {
                throw fields.Wrong($"reserve{i}", $"expected less than 2^112, which is what the pair stores it in, found {reserves[i]}.");
            }
        }

        return pool with { Balances = reserves, FeePips = fee, Model = PoolModels.ConstantProduct(reserves[0], reserves[1], fee) };
    }

    private static MarketPool ReadConcentrated(JsonFields fields, MarketPool pool)
    {
        // V4 lets a static fee take everything.
        int feePipsMax = pool.Protocol == Protocols.UniswapV4 ? FeePips.Whole : FeePips.Whole - 1;
        return ConcentratedJson.Read(fields, ReadPair(fields, pool), fields.Int32("feePips", 0, feePipsMax));
    }

    private static MarketPool ReadWeighted(JsonFields fields, MarketPool pool)
    {
        pool = ReadTokens(fields, pool, BalancerWeightedPool.TokensMin, BalancerWeightedPool.TokensMax);
        int count = pool.Tokens.Length;
        ImmutableArray<UInt256> balances = fields.UnsignedList("balances", count);
        ImmutableArray<int> decimals = fields.Int32List("decimals", count, 0, BalancerDecimalsMax);
        ImmutableArray<UInt256> weights = fields.FractionX18List("weights", count);
        UInt256 fee = fields.FractionX18("swapFee");
        BalancerWeightedVariant variant = Generation(fields) == 1 ? BalancerWeightedVariant.V1 : BalancerWeightedVariant.V2Onwards;
        return pool with
        {
            Tokens = [.. pool.Tokens.Select((t, i) => t with { Decimals = decimals[i] })],
            Balances = balances,
            Model = Build(fields, () => new BalancerWeightedPool(balances, decimals, weights, fee, variant)),
        };
    }

    private static MarketPool ReadBalancerStable(JsonFields fields, MarketPool pool)
    {
        pool = ReadTokens(fields, pool, BalancerStablePool.TokensMin, BalancerStablePool.TokensMax);
        ImmutableArray<UInt256> balances = fields.UnsignedList("balances", pool.Tokens.Length);
        ImmutableArray<UInt256> factors = fields.UnsignedList("scalingFactors", pool.Tokens.Length);
        UInt256 amp = fields.Unsigned("amp");

        // As the contract keeps it unless the file says that it does not.
        UInt256 precision = fields.UnsignedOr("ampPrecision", 1000u);
        if (precision == UInt256.One && UInt256.TryMultiply(amp, 1000u, out UInt256 scaled))
        {
            amp = scaled;
        }
        else if (precision != 1000u)
        {
            throw fields.Wrong("ampPrecision", $"expected 1000 (the amp of getAmplificationParameter()) or 1, found {precision}.");
        }

        UInt256 fee = fields.FractionX18("swapFee");
        BalancerStableVariant variant = Generation(fields) == 1 ? BalancerStableVariant.V1 : BalancerStableVariant.V2Onwards;
        return pool with { Balances = balances, Model = Build(fields, () => new BalancerStablePool(balances, factors, amp, fee, variant)) };
    }

    private static MarketPool ReadCurve(JsonFields fields, MarketPool pool)
    {
        pool = ReadTokens(fields, pool, 2, CurveStableSwapPool.TokensMax);
        string name = fields.Text("variant");
        if (!CurveVariant.TryFind(name, out CurveVariant? variant))
        {
            throw fields.Wrong("variant", $"expected one of {string.Join(", ", CurveVariant.All)}, found '{name}'.");
        }

        CurveState state = new()
        {
            Balances = fields.UnsignedList("balances", pool.Tokens.Length),
            Rates = fields.UnsignedList("rates", pool.Tokens.Length),
            Amp = fields.Unsigned("amp"),
            AmpPrecision = fields.Unsigned("ampPrecision"),
            FeeE10 = fields.Unsigned("feeE10"),
            AdminFeeE10 = fields.Unsigned("adminFeeE10"),
            OffpegFeeMultiplierE10 = variant.DynamicFee ? fields.Unsigned("offpegFeeMultiplierE10") : default,
        };
        return pool with { Balances = state.Balances, Model = Build(fields, () => new CurveStableSwapPool(variant, state)) };
    }

    private static MarketPool ReadSolidly(JsonFields fields, MarketPool pool, bool isStable)
    {
        pool = ReadPair(fields, pool);
        string name = fields.Text("variant");
        if (!SolidlyVariant.TryFind(name, out SolidlyVariant? variant))
        {
            throw fields.Wrong("variant", $"expected one of {string.Join(", ", SolidlyVariant.All)}, found '{name}'.");
        }

        int decimals0 = fields.Int32("decimals0", 0, SolidlyPool.DecimalsMax);
        int decimals1 = fields.Int32("decimals1", 0, SolidlyPool.DecimalsMax);
        int fee = fields.Int32("feePips", 0, FeePips.Whole - 1);
        ImmutableArray<UInt256> reserves = [fields.Unsigned("reserve0"), fields.Unsigned("reserve1")];
        return pool with
        {
            Tokens = [pool.Tokens[0] with { Decimals = decimals0 }, pool.Tokens[1] with { Decimals = decimals1 }],
            Balances = reserves,
            FeePips = fee,
            Model = new SolidlyPool(variant, isStable, decimals0, decimals1, new FeePips(fee), reserves[0], reserves[1]),
        };
    }

    private static MarketPool ReadPair(JsonFields fields, MarketPool pool) =>
        WithTokens(fields, pool, "token1", [fields.Text("token0"), fields.Text("token1")]);

    private static MarketPool ReadTokens(JsonFields fields, MarketPool pool, int min, int max)
    {
        ImmutableArray<string> tokens = fields.TextList("tokens");
        return tokens.Length >= min && tokens.Length <= max
            ? WithTokens(fields, pool, "tokens", tokens)
            : throw fields.Wrong("tokens", $"expected {min} to {max} tokens, found {tokens.Length}.");
    }

    private static MarketPool WithTokens(JsonFields fields, MarketPool pool, string field, ImmutableArray<string> ids) =>
        pool with { Tokens = Distinct(fields, field, ids), WrittenTokens = ids };

    private static ImmutableArray<MarketToken> Distinct(JsonFields fields, string field, ImmutableArray<string> ids)
    {
        ImmutableArray<MarketToken> tokens = [.. ids.Select(id => new MarketToken(MarketToken.Normalise(id)))];
        return tokens.Distinct().Count() == tokens.Length
            ? tokens
            : throw fields.Wrong(field, "a token occurs twice; expected each once.");
    }

    private static int Generation(JsonFields fields)
    {
        if (!fields.Has("variant"))
        {
            return 2;
        }

        return fields.Text("variant") switch
        {
            "v1" => 1,
            "v2" => 2,
            string other => throw fields.Wrong("variant", $"expected v1 (factories of 2021) or v2 (since 2022; the default), found '{other}'."),
        };
    }

    /// <summary>A model refuses impossible state by its constructor, whose message says what it takes.</summary>
    private static IPoolModel Build(JsonFields fields, Func<IPoolModel> build)
    {
        try
        {
            return build();
        }
        catch (ArgumentException e)
        {
            throw ModelFault.Of(fields, e, FieldOf);
        }
    }

    private static string FieldOf(string? parameter) => parameter switch
    {
        "weightsX18" => "weights",
        "swapFeeX18" => "swapFee",
        "scalingFactorsX18" => "scalingFactors",
        "ampX1000" => "amp",
        null => "amp, ampPrecision, rates or balances",
        _ => parameter,
    };
}
