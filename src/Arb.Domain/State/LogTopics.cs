using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>
/// Events that change what pools quote, by the Keccak-256 of their signatures. Domain hashes nothing; a test holds each to its signature.
/// </summary>
public static class LogTopics
{
    /// <summary><c>Sync(uint112,uint112)</c>.</summary>
    public static readonly Hash256 PairSync = Hash256.Parse("0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1");

    /// <summary><c>Initialize(uint160,int24)</c>.</summary>
    public static readonly Hash256 V3Initialize = Hash256.Parse("0x98636036cb66a9c19a37435efc1e90142190214e8abeb821bdba3f2990dd4c95");

    /// <summary><c>Swap(address,address,int256,int256,uint160,uint128,int24)</c>.</summary>
    public static readonly Hash256 V3Swap = Hash256.Parse("0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67");

    /// <summary><c>Swap(address,address,int256,int256,uint160,uint128,int24,uint128,uint128)</c>.</summary>
    public static readonly Hash256 PancakeV3Swap = Hash256.Parse("0x19b47279256b2a23a1665c810c8d55a1758940ee09377d4f8d26497a3577dc83");

    /// <summary><c>Mint(address,address,int24,int24,uint128,uint256,uint256)</c>.</summary>
    public static readonly Hash256 V3Mint = Hash256.Parse("0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde");

    /// <summary><c>Burn(address,int24,int24,uint128,uint256,uint256)</c>.</summary>
    public static readonly Hash256 V3Burn = Hash256.Parse("0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c");

    /// <summary><c>SetFeeProtocol(uint8,uint8,uint8,uint8)</c>.</summary>
    public static readonly Hash256 V3SetFeeProtocol = Hash256.Parse("0x973d8d92bb299f4af6ce49b52a8adb85ae46b9f214c4c4fc06ac77401237b133");

    /// <summary><c>SetFeeProtocol(uint32,uint32,uint32,uint32)</c>.</summary>
    public static readonly Hash256 PancakeV3SetFeeProtocol = Hash256.Parse("0xb3159fed3ddfba67bae294599eafe2d0ec98c08bb38e0e5fb87d33154b6e05aa");

    /// <summary><c>Initialize(bytes32,address,address,uint24,int24,address,uint160,int24)</c>.</summary>
    public static readonly Hash256 V4Initialize = Hash256.Parse("0xdd466e674ea557f56295e2d0218a125ea4b4f0f6f3307b95f85e6110838d6438");

    /// <summary><c>ModifyLiquidity(bytes32,address,int24,int24,int256,bytes32)</c>.</summary>
    public static readonly Hash256 V4ModifyLiquidity = Hash256.Parse("0xf208f4912782fd25c7f114ca3723a2d5dd6f3bcc3ac8db5af63baa85f711d5ec");

    /// <summary><c>Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)</c>.</summary>
    public static readonly Hash256 V4Swap = Hash256.Parse("0x40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f");

    /// <summary><c>ProtocolFeeUpdated(bytes32,uint24)</c>.</summary>
    public static readonly Hash256 V4ProtocolFeeUpdated = Hash256.Parse("0xe9c42593e71f84403b84352cd168d693e2c9fcd1fdbcc3feb21d92b43e6696f9");

    /// <summary><c>Swap(bytes32,address,address,uint256,uint256)</c>.</summary>
    public static readonly Hash256 VaultSwap = Hash256.Parse("0x2170c741c41531aec20e7c107c24eecfdd15e69c9bb0a8dd37b1840b9e0b207b");

    /// <summary><c>PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])</c>.</summary>
    public static readonly Hash256 VaultPoolBalanceChanged = Hash256.Parse("0xe5ce249087ce04f05a957192435400fd97868dba0e6a4b4c049abf8af80dae78");

    /// <summary><c>PoolBalanceManaged(bytes32,address,address,int256,int256)</c>.</summary>
    public static readonly Hash256 VaultPoolBalanceManaged = Hash256.Parse("0x6edcaf6241105b4c94c2efdbf3a6b12458eb3d07be3a0e81d24b13c44045fe7a");

    /// <summary><c>SwapFeePercentageChanged(uint256)</c>.</summary>
    public static readonly Hash256 PoolSwapFeePercentageChanged = Hash256.Parse("0xa9ba3ffe0b6c366b81232caab38605a0699ad5398d6cce76f91ee809e322dafc");

    /// <summary><c>AmpUpdateStarted(uint256,uint256,uint256,uint256)</c>.</summary>
    public static readonly Hash256 PoolAmpUpdateStarted = Hash256.Parse("0x1835882ee7a34ac194f717a35e09bb1d24c82a3b9d854ab6c9749525b714cdf2");

    /// <summary><c>AmpUpdateStopped(uint256)</c>.</summary>
    public static readonly Hash256 PoolAmpUpdateStopped = Hash256.Parse("0xa0d01593e47e69d07e0ccd87bece09411e07dd1ed40ca8f2e7af2976542a0233");

    /// <summary><c>Sync(uint256,uint256)</c>.</summary>
    public static readonly Hash256 SolidlySync = Hash256.Parse("0xcf2aa50876cdfbb541206f89af0ee78d44a2abf8d328e37fa4917f982149848a");

    /// <summary>All of them: what a block's logs are asked by.</summary>
    public static ImmutableArray<Hash256> All { get; } =
    [
        PairSync,
        V3Initialize,
        V3Swap,
        PancakeV3Swap,
        V3Mint,
        V3Burn,
        V3SetFeeProtocol,
        PancakeV3SetFeeProtocol,
        V4Initialize,
        V4ModifyLiquidity,
        V4Swap,
        V4ProtocolFeeUpdated,
        VaultSwap,
        VaultPoolBalanceChanged,
        VaultPoolBalanceManaged,
        PoolSwapFeePercentageChanged,
        PoolAmpUpdateStarted,
        PoolAmpUpdateStopped,
        SolidlySync,
        .. CurveLogs.Topics,
    ];
}
