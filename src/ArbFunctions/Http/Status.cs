using Arb.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions;

/// <summary>What the system is set to and what it saw last.</summary>
public sealed class Status(TradingPolicy policy, ITransactionSigner signer, IExecutorEncoder executor, IRoundBook rounds, IKillSwitch killSwitch)
{
    /// <summary><c>GET /api/status</c>.</summary>
    [Function(nameof(Status))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "status")] HttpRequest request,
        CancellationToken cancellation)
    {
        RoundSummary? round = await rounds.GetLatestAsync(policy.ChainId, cancellation);
        return new OkObjectResult(new
        {
            chainId = policy.ChainId,
            mode = policy.Mode.ToString(),
            executor = executor.Executor.ToString(),
            recipient = executor.Recipient.ToString(),
            operators = signer.Operators.Select(o => o.ToString()),
            killSwitch = await killSwitch.GetReasonAsync(policy.ChainId, cancellation),
            latestRound = round is null ? null : new { block = round.BlockNumber, round.Pools, round.Candidates, round.Opportunities, round.Published, round.Dropped },
        });
    }
}
