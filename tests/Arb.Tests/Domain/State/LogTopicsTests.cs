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
