namespace Arb.Integration.Tests.Relay;

/// <summary>Contracts of a few opcodes that behave like the ends of an arbitrage.</summary>
internal static class SmallContracts
{
    // call{value: callvalue}(block.coinbase): PUSH0 ×4, CALLVALUE, COINBASE, GAS, CALL, STOP.
    private const string PayCoinbase = "5f5f5f5f34415af100";

    /// <summary>Passes what it is sent on to the coinbase.</summary>
    public const string CoinbasePayer = "0x" + PayCoinbase;

    /// <summary>Always reverts with <c>Error("no profit")</c>.</summary>
    public const string Reverter =
        // mstore(0, Error selector, shifted), mstore(4, 32), mstore(36, 9), mstore(68, "no profit"), revert(0, 100)
        "0x"
        + "6308c379a060e01b5f52"
        + "6020600452"
        + "6009602452"
        + "686e6f2070726f66697460b81b604452"
        + "60645ffd";

    /// <summary>The first caller takes the one opportunity and pays the coinbase; later ones revert.</summary>
    public const string TakenOnce =
        // if sload(0) jump to 0x12; sstore(0, 1); pay; 0x12: revert(0, 0)
        "0x5f5460125760015f55" + PayCoinbase + "5b5f5ffd";

    /// <summary>Without calldata it makes the opportunity (the victim); with calldata it takes it and pays, or
    /// reverts.</summary>
    public const string Dislocation =
        // if calldatasize jump to 9; sstore(0, 1); stop; 9: if sload(0) jump to 0x12; revert; 0x12: pay
        "0x36600957" + "60015f5500" + "5b5f54601257" + "5f5ffd" + "5b" + PayCoinbase;
}
