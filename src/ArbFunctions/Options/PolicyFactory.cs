using Arb.Domain;
using Arb.Engine;

namespace ArbFunctions;

/// <summary>Settings into the policy the engine trades under.</summary>
internal static class PolicyFactory
{
    public static TradingPolicy Create(ChainOptions chain, ExecutionOptions execution) => new()
    {
        ChainId = chain.Id,
        SlotLength = TimeSpan.FromSeconds(chain.SlotSeconds),
        StartTokens = [SettingParser.Address("Chain:WrappedEther", chain.WrappedEther)],
        Mode = execution.Mode,
        HopsMax = execution.HopsMax,
        PublishMax = execution.PublishMax,
        LiquidityFloorWei = SettingParser.Wei($"{ChainOptions.Section}:{nameof(chain.LiquidityFloorWei)}", chain.LiquidityFloorWei),
        MinProfitWei = Wei(nameof(execution.MinProfitWei), execution.MinProfitWei),
        MaxGasPriceWei = Wei(nameof(execution.MaxGasPriceWei), execution.MaxGasPriceWei),
        MaxSlippageBasisPoints = execution.MaxSlippageBasisPoints,
        PriorityFeePerGasWei = Wei(nameof(execution.PriorityFeePerGasWei), execution.PriorityFeePerGasWei),
        PriorityFeeMaxPerGasWei = Wei(nameof(execution.PriorityFeeMaxPerGasWei), execution.PriorityFeeMaxPerGasWei),
        BidBasisPoints = execution.BidBasisPoints,
        BidStepBasisPoints = execution.BidStepBasisPoints,
        BidMaxBasisPoints = execution.BidMaxBasisPoints,
        BidCapWei = Wei(nameof(execution.BidCapWei), execution.BidCapWei),
        SubmissionsMax = execution.SubmissionsMax,
    };

    private static UInt256 Wei(string name, string value) => SettingParser.Wei($"{ExecutionOptions.Section}:{name}", value);
}
