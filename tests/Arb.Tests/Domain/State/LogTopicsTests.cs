using Arb.Domain;
using Arb.Evm;

namespace Arb.Tests.State;

public sealed class LogTopicsTests
{
    private static readonly (Hash256 Topic, string Signature)[] Signatures =
    [
        (LogTopics.PairSync, "Sync(uint112,uint112)"),
        (LogTopics.V3Initialize, "Initialize(uint160,int24)"),
        (LogTopics.V3Swap, "Swap(address,address,int256,int256,uint160,uint128,int24)"),
        (LogTopics.PancakeV3Swap, "Swap(address,address,int256,int256,uint160,uint128,int24,uint128,uint128)"),
        (LogTopics.V3Mint, "Mint(address,address,int24,int24,uint128,uint256,uint256)"),
        (LogTopics.V3Burn, "Burn(address,int24,int24,uint128,uint256,uint256)"),
        (LogTopics.V3SetFeeProtocol, "SetFeeProtocol(uint8,uint8,uint8,uint8)"),
        (LogTopics.PancakeV3SetFeeProtocol, "SetFeeProtocol(uint32,uint32,uint32,uint32)"),
        (LogTopics.V4Initialize, "Initialize(bytes32,address,address,uint24,int24,address,uint160,int24)"),
        (LogTopics.V4ModifyLiquidity, "ModifyLiquidity(bytes32,address,int24,int24,int256,bytes32)"),
        (LogTopics.V4Swap, "Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)"),
        (LogTopics.V4ProtocolFeeUpdated, "ProtocolFeeUpdated(bytes32,uint24)"),
        (LogTopics.VaultSwap, "Swap(bytes32,address,address,uint256,uint256)"),
        (LogTopics.VaultPoolBalanceChanged, "PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])"),
        (LogTopics.VaultPoolBalanceManaged, "PoolBalanceManaged(bytes32,address,address,int256,int256)"),
        (LogTopics.PoolSwapFeePercentageChanged, "SwapFeePercentageChanged(uint256)"),
        (LogTopics.PoolAmpUpdateStarted, "AmpUpdateStarted(uint256,uint256,uint256,uint256)"),
        (LogTopics.PoolAmpUpdateStopped, "AmpUpdateStopped(uint256)"),
        (LogTopics.SolidlySync, "Sync(uint256,uint256)"),
        (CurveLogs.Topics[0], "TokenExchange(address,int128,uint256,int128,uint256)"),
        (CurveLogs.Topics[1], "TokenExchangeUnderlying(address,int128,uint256,int128,uint256)"),
        (CurveLogs.Topics[2], "AddLiquidity(address,uint256[2],uint256[2],uint256,uint256)"),
        (CurveLogs.Topics[3], "AddLiquidity(address,uint256[3],uint256[3],uint256,uint256)"),
        (CurveLogs.Topics[4], "AddLiquidity(address,uint256[4],uint256[4],uint256,uint256)"),
        (CurveLogs.Topics[5], "AddLiquidity(address,uint256[],uint256[],uint256,uint256)"),
        (CurveLogs.Topics[6], "RemoveLiquidity(address,uint256[2],uint256[2],uint256)"),
        (CurveLogs.Topics[7], "RemoveLiquidity(address,uint256[3],uint256[3],uint256)"),
        (CurveLogs.Topics[8], "RemoveLiquidity(address,uint256[4],uint256[4],uint256)"),
        (CurveLogs.Topics[9], "RemoveLiquidity(address,uint256[],uint256[],uint256)"),
        (CurveLogs.Topics[10], "RemoveLiquidityOne(address,uint256,uint256)"),
        (CurveLogs.Topics[11], "RemoveLiquidityOne(address,uint256,uint256,uint256)"),
        (CurveLogs.Topics[12], "RemoveLiquidityOne(address,int128,uint256,uint256,uint256)"),
        (CurveLogs.Topics[13], "RemoveLiquidityImbalance(address,uint256[2],uint256[2],uint256,uint256)"),
        (CurveLogs.Topics[14], "RemoveLiquidityImbalance(address,uint256[3],uint256[3],uint256,uint256)"),
        (CurveLogs.Topics[15], "RemoveLiquidityImbalance(address,uint256[4],uint256[4],uint256,uint256)"),
        (CurveLogs.Topics[16], "RemoveLiquidityImbalance(address,uint256[],uint256[],uint256,uint256)"),
        (CurveLogs.Topics[17], "RampA(uint256,uint256,uint256,uint256)"),
        (CurveLogs.Topics[18], "StopRampA(uint256,uint256)"),
        (CurveLogs.Topics[19], "NewFee(uint256,uint256)"),
        (CurveLogs.Topics[20], "NewFee(uint256,uint256,uint256)"),
        (CurveLogs.Topics[21], "ApplyNewFee(uint256)"),
        (CurveLogs.Topics[22], "ApplyNewFee(uint256,uint256)"),
        (CurveLogs.Topics[23], "NewParameters(uint256,uint256,uint256)"),
    ];

    [Fact]
    public void Every_topic_is_the_hash_of_its_signature()
    {
        Assert.Equal(Signatures.Select(static entry => entry.Topic), LogTopics.All);
        foreach ((Hash256 topic, string signature) in Signatures)
        {
            Assert.Equal(Keccak.Hash256(signature), topic);
        }
    }
}
