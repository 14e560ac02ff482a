using Arb.Domain;

namespace Arb.Tests.Markets;

/// <summary>
/// States of deployed StableSwap pools, as public test data recorded them. All come from KyberNetwork/kyberswap-dex-lib ae6a99aa; the
/// path under pkg/ is with each. Kyber names the contract's read page and, where given, the block.
/// </summary>
internal static class CurvePools
{
    private const string E18 = "1000000000000000000";
    private const string E30 = "1000000000000000000000000000000";

    /// <summary>3pool, 0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7; source/curve/meta/pool_simulator_test.go, TestCalcAmountOut.</summary>
    public static CurveStableSwapPool ThreePool { get; } = Make(
        CurveVariant.ThreePool2020,
        ["93649867132724477811796755", "92440712316473", "175421309630243"],
        [E18, E30, E30],
        amp: 2000,
        ampPrecision: 1,
        fee: 1_000_000);

    /// <summary>USDC/USDT, 0x1005f7406f32a61bd760cfa14accd2737913d546; source/curve/base/pool_simulator_test.go, TestCalcAmountOut.</summary>
    public static CurveStableSwapPool UsdcUsdt { get; } = Make(
        CurveVariant.FactoryPlain2, ["101940884", "107546110"], [E30, E30], amp: 150_000, ampPrecision: 100, fee: 3_000_000);

    /// <summary>The same pool on 2024-01-16; source/curve/plain/pool_simulator_test.go, TestGetDyVirtualPrice.</summary>
    public static CurveStableSwapPool UsdcUsdtLater { get; } = Make(
        CurveVariant.FactoryPlain2, ["69265278", "140296574"], [E30, E30], amp: 150_000, ampPrecision: 100, fee: 3_000_000);

    /// <summary>cEUR/agEUR/EURC (Plain3Basic), 0xe7a3b38c39f97e977723bd1239c3470702568e7b; liquidity-source/curve/plain, TestCalcAmountOutPlain.</summary>
    public static CurveStableSwapPool ThreeEuros { get; } = Make(
        CurveVariant.Base2021,
        ["103902458912250371998101", "96026429950922739854657", "90684626303"],
        [E18, E18, E30],
        amp: 1000,
        ampPrecision: 100,
        fee: 4_000_000);

    /// <summary>agEUR/EURT/EURS (Plain3Balances, 18/6/2 decimals), 0xb9446c4ef5ebe66268da6700d26f96273de3d571; likewise.</summary>
    public static CurveStableSwapPool EurosOfAllDecimals { get; } = Make(
        CurveVariant.Base2021,
        ["549022857960890312641141", "1075362632212", "46720010"],
        [E18, E30, "10000000000000000000000000000000000"],
        amp: 20_000,
        ampPrecision: 100,
        fee: 4_000_000);

    /// <summary>ETH/OETH (Plain2ETHEMA), 0x94b17476a93b3262d87b9a326965d1e91f9c13e7; likewise.</summary>
    public static CurveStableSwapPool EthOeth { get; } = Make(
        CurveVariant.FactoryPlain2,
        ["8189776041162322264444", "9661706603857954240258"],
        [E18, E18],
        amp: 40_000,
        ampPrecision: 100,
        fee: 4_000_000);

    /// <summary>crvUSD/sDAI (Plain2Price), 0x1539c2461d7432cc114b0903f1824079bfca2c92; likewise.</summary>
    public static CurveStableSwapPool CrvUsdSdai { get; } = Make(
        CurveVariant.FactoryPlain2,
        ["207488005116042557636229", "47921035344869338429831"],
        [E18, "1057419823498475822"],
        amp: 150_000,
        ampPrecision: 100,
        fee: 1_000_000);

    /// <summary>aDAI/aUSDC/aUSDT, 0xdebf20617708857ebe4f679508e7b7863a8a8eee; source/curve/aave, TestCalcAmountOut.</summary>
    public static CurveStableSwapPool Aave { get; } = Make(
        CurveVariant.Aave2020,
        ["8374598852113385564139023", "8328286891683", "5035549096857"],
        [E18, E30, E30],
        amp: 200_000,
        ampPrecision: 100,
        fee: 4_000_000,
        offpeg: 20_000_000_000);

    /// <summary>am3CRV on Polygon, 0x445fe580ef8d70ff569ab36e80c647af338db351, block 44510081; source/curve/aave, TestGetDyVirtualPrice.</summary>
    public static CurveStableSwapPool PolygonAave { get; } = Make(
        CurveVariant.TemplateA2021,
        ["10213317638314302732514558", "7692328822181", "7487545362550"],
        [E18, E30, E30],
        amp: 200_000,
        ampPrecision: 100,
        fee: 3_000_000,
        offpeg: 20_000_000_000);

    /// <summary>USDT/USDC.e on Arbitrum, 0xdc40d14accd5629bbfa65d057f175871628d13c7, block 185969597; liquidity-source/curve/stable-ng.</summary>
    public static CurveStableSwapPool SmallNg { get; } = Make(
        CurveVariant.StableSwapNg, ["50980", "75958"], [E30, E30], amp: 20_000, ampPrecision: 100, fee: 4_000_000, offpeg: 20_000_000_000);

    /// <summary>crvUSD/USDC.e on Arbitrum, 0x3adf984c937fa6846e5a24e0a68521bdaf767ce1, block 185977087; likewise.</summary>
    public static CurveStableSwapPool CrvUsdNg { get; } = Make(
        CurveVariant.StableSwapNg,
        ["8994725349517509957774712", "1568153728639"],
        [E18, E30],
        amp: 100_000,
        ampPrecision: 100,
        fee: 1_000_000,
        offpeg: 50_000_000_000);

    /// <summary>mkUSD/PYUSDUSDC (metapool), 0x9e10f9fb6f0d32b350cee2618662243d4f24c64a, block 19425514; liquidity-source/curve/stable-meta-ng.</summary>
    public static CurveStableSwapPool MkUsdNg { get; } = Make(
        CurveVariant.StableSwapNg,
        ["1400402037639032709376918", "389831262966377525851519"],
        [E18, "1000073197173325044"],
        amp: 15_000,
        ampPrecision: 100,
        fee: 4_000_000,
        offpeg: 20_000_000_000);

    /// <summary>PUSd/3Crv (metapool), 0x2482dfb5a65d901d137742ab1095f26374509352, block 19432140; likewise.</summary>
    public static CurveStableSwapPool PusdNg { get; } = Make(
        CurveVariant.StableSwapNg,
        ["4556837199510378636842480", "113547535917173130561003"],
        [E18, "1030506792713195533"],
        amp: 100_000,
        ampPrecision: 100,
        fee: 4_000_000,
        offpeg: 20_000_000_000);

    /// <summary>A pool on Polygon whose <c>get_D</c> never settles, 0x628350e16b665e0caa9bc8edbbbe0db31efb3bdc; liquidity-source/curve/stable-ng.</summary>
    public static CurveStableSwapPool Oscillating { get; } = Make(
        CurveVariant.StableSwapNg,
        ["5014519632205647151932", "1436700", "247681126439187553", "2666751"],
        [E18, E30, E18, E30],
        amp: 20_000,
        ampPrecision: 100,
        fee: 4_000_000,
        offpeg: 20_000_000_000);

    /// <summary>Every pool that trades.</summary>
    public static IReadOnlyList<CurveStableSwapPool> Trading { get; } =
    [
        ThreePool, UsdcUsdt, UsdcUsdtLater, ThreeEuros, EurosOfAllDecimals, EthOeth, CrvUsdSdai, Aave, PolygonAave, SmallNg, CrvUsdNg,
        MkUsdNg, PusdNg,
    ];

    /// <summary>The same state under other rules.</summary>
    public static CurveStableSwapPool As(CurveVariant variant, CurveStableSwapPool pool) => new(variant, pool.State);

    private static CurveStableSwapPool Make(
        CurveVariant variant, string[] balances, string[] rates, uint amp, uint ampPrecision, uint fee, ulong offpeg = 0) => new(
        variant,
        new CurveState
        {
            Balances = [.. balances.Select(UInt256.Parse)],
            Rates = [.. rates.Select(UInt256.Parse)],
            Amp = amp,
            AmpPrecision = ampPrecision,
            FeeE10 = fee,
            AdminFeeE10 = 5_000_000_000UL,
            OffpegFeeMultiplierE10 = offpeg,
        });
}
