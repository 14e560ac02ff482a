using System.ComponentModel.DataAnnotations;
using Arb.Engine;

namespace ArbFunctions;

/// <summary>How trades are executed and where the limits are. Section <c>Execution</c>.</summary>
public sealed class ExecutionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Execution";

    /// <summary>Dry-run unless <c>Live</c> is said.</summary>
    public ExecutionMode Mode { get; set; } = ExecutionMode.DryRun;

    /// <summary>Executor contract.</summary>
    [Required(ErrorMessage = "Execution__Executor must be set to the executor contract.")]
    public string Executor { get; set; } = string.Empty;

    /// <summary>Account that receives profits; fixed in the executor.</summary>
    [Required(ErrorMessage = "Execution__Recipient must be set to the executor's recipient.")]
    public string Recipient { get; set; } = string.Empty;

    /// <summary>Profit floor, wei.</summary>
    public string MinProfitWei { get; set; } = "100000000000000";

    /// <summary>Highest gas price, wei.</summary>
    public string MaxGasPriceWei { get; set; } = "200000000000";

    /// <summary>Furthest the simulated profit may lie below the quoted one, basis points.</summary>
    [Range(0, 10_000, ErrorMessage = "Execution__MaxSlippageBasisPoints must lie between 0 and 10,000.")]
    public int MaxSlippageBasisPoints { get; set; } = 100;

    /// <summary>Tip per gas, wei.</summary>
    public string PriorityFeePerGasWei { get; set; } = "10000000";

    /// <summary>Highest tip per gas, wei, up to which what others tip is followed; 0 keeps the tip fixed.</summary>
    public string PriorityFeeMaxPerGasWei { get; set; } = "0";

    /// <summary>First bid, basis points of realised gross profit.</summary>
    [Range(0, 10_000, ErrorMessage = "Execution__BidBasisPoints must lie between 0 and 10,000.")]
    public int BidBasisPoints { get; set; } = 3_000;

    /// <summary>Raise of the bid at each further submission, basis points.</summary>
    [Range(0, 10_000, ErrorMessage = "Execution__BidStepBasisPoints must lie between 0 and 10,000.")]
    public int BidStepBasisPoints { get; set; } = 2_000;

    /// <summary>Highest bid, basis points.</summary>
    [Range(0, 9_900, ErrorMessage = "Execution__BidMaxBasisPoints must lie between 0 and 9,900.")]
    public int BidMaxBasisPoints { get; set; } = 9_000;

    /// <summary>Highest coinbase payment, wei.</summary>
    public string BidCapWei { get; set; } = "1000000000000000000";

    /// <summary>Most submissions of one opportunity.</summary>
    [Range(1, 25, ErrorMessage = "Execution__SubmissionsMax must lie between 1 and 25.")]
    public int SubmissionsMax { get; set; } = 3;

    /// <summary>Most opportunities one round publishes.</summary>
    [Range(1, 100, ErrorMessage = "Execution__PublishMax must lie between 1 and 100.")]
    public int PublishMax { get; set; } = 4;

    /// <summary>Most hops of a cycle.</summary>
    [Range(2, 6, ErrorMessage = "Execution__HopsMax must be 2 to 6.")]
    public int HopsMax { get; set; } = 3;
}
