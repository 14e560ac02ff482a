using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>
/// Events after which a StableSwap pool is another: of every generation, for two, three, four and any number of coins. Domain hashes
/// nothing; a test holds each to its signature.
/// </summary>
internal static class CurveLogs
{
    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<Hash256> Topics =
    [
        Hash256.Parse("0x8b3e96f2b889fa771c53c981b40daf005f63f637f1869f707052d15a3dd97140"), // TokenExchange(address,int128,uint256,int128,uint256)
        Hash256.Parse("0xd013ca23e77a65003c2c659c5442c00c805371b7fc1ebd4c206c41d1536bd90b"), // TokenExchangeUnderlying(address,int128,uint256,int128,uint256)
        Hash256.Parse("0x26f55a85081d24974e85c6c00045d0f0453991e95873f52bff0d21af4079a768"), // AddLiquidity(address,uint256[2],uint256[2],uint256,uint256)
        Hash256.Parse("0x423f6495a08fc652425cf4ed0d1f9e37e571d9b9529b1c1c23cce780b2e7df0d"), // AddLiquidity(address,uint256[3],uint256[3],uint256,uint256)
        Hash256.Parse("0x3f1915775e0c9a38a57a7bb7f1f9005f486fb904e1f84aa215364d567319a58d"), // AddLiquidity(address,uint256[4],uint256[4],uint256,uint256)
        Hash256.Parse("0x189c623b666b1b45b83d7178f39b8c087cb09774317ca2f53c2d3c3726f222a2"), // AddLiquidity(address,uint256[],uint256[],uint256,uint256)
        Hash256.Parse("0x7c363854ccf79623411f8995b362bce5eddff18c927edc6f5dbbb5e05819a82c"), // RemoveLiquidity(address,uint256[2],uint256[2],uint256)
        Hash256.Parse("0xa49d4cf02656aebf8c771f5a8585638a2a15ee6c97cf7205d4208ed7c1df252d"), // RemoveLiquidity(address,uint256[3],uint256[3],uint256)
        Hash256.Parse("0x9878ca375e106f2a43c3b599fc624568131c4c9a4ba66a14563715763be9d59d"), // RemoveLiquidity(address,uint256[4],uint256[4],uint256)
        Hash256.Parse("0x347ad828e58cbe534d8f6b67985d791360756b18f0d95fd9f197a66cc46480ea"), // RemoveLiquidity(address,uint256[],uint256[],uint256)
        Hash256.Parse("0x9e96dd3b997a2a257eec4df9bb6eaf626e206df5f543bd963682d143300be310"), // RemoveLiquidityOne(address,uint256,uint256)
        Hash256.Parse("0x5ad056f2e28a8cec232015406b843668c1e36cda598127ec3b8c59b8c72773a0"), // RemoveLiquidityOne(address,uint256,uint256,uint256)
        Hash256.Parse("0x6f48129db1f37ccb9cc5dd7e119cb32750cabdf75b48375d730d26ce3659bbe1"), // RemoveLiquidityOne(address,int128,uint256,uint256,uint256)
        Hash256.Parse("0x2b5508378d7e19e0d5fa338419034731416c4f5b219a10379956f764317fd47e"), // RemoveLiquidityImbalance(address,uint256[2],uint256[2],uint256,uint256)
        Hash256.Parse("0x173599dbf9c6ca6f7c3b590df07ae98a45d74ff54065505141e7de6c46a624c2"), // RemoveLiquidityImbalance(address,uint256[3],uint256[3],uint256,uint256)
        Hash256.Parse("0xb964b72f73f5ef5bf0fdc559b2fab9a7b12a39e47817a547f1f0aee47febd602"), // RemoveLiquidityImbalance(address,uint256[4],uint256[4],uint256,uint256)
        Hash256.Parse("0x3631c28b1f9dd213e0319fb167b554d76b6c283a41143eb400a0d1adb1af1755"), // RemoveLiquidityImbalance(address,uint256[],uint256[],uint256,uint256)
        Hash256.Parse("0xa2b71ec6df949300b59aab36b55e189697b750119dd349fcfa8c0f779e83c254"), // RampA(uint256,uint256,uint256,uint256)
        Hash256.Parse("0x46e22fb3709ad289f62ce63d469248536dbc78d82b84a3d7e74ad606dc201938"), // StopRampA(uint256,uint256)
        Hash256.Parse("0xbe12859b636aed607d5230b2cc2711f68d70e51060e6cca1f575ef5d2fcc95d1"), // NewFee(uint256,uint256)
        Hash256.Parse("0xcfca96e0fef3432146913b2a5a2268a55d3f475fe057e7ffde1082b77693f4f3"), // NewFee(uint256,uint256,uint256)
        Hash256.Parse("0xa8715770654f54603947addf38c689adbd7182e21673b28bcf306a957aaba215"), // ApplyNewFee(uint256)
        Hash256.Parse("0x750d10a7f37466ce785ee6bcb604aac543358db42afbcc332a3c12a49c80bf6d"), // ApplyNewFee(uint256,uint256)
        Hash256.Parse("0x752a27d1853eb7af3ee4ff764f2c4a51619386af721573dd3809e929c39db99e"), // NewParameters(uint256,uint256,uint256)
    ];

    private static readonly FrozenSet<Hash256> Set = Topics.ToFrozenSet();

    /// <summary>A log of this kind says that its pool has changed.</summary>
    public static bool ChangesPool(Hash256 topic) => Set.Contains(topic);
}
