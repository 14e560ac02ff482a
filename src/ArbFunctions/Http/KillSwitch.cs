using Arb.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Stops and resumes all submissions.</summary>
public sealed partial class KillSwitch(IKillSwitch killSwitch, TradingPolicy policy, ILogger<KillSwitch> logger)
{
    /// <summary><c>POST /api/kill-switch?reason=…</c> engages it, <c>DELETE /api/kill-switch</c> releases it.</summary>
    [Function(nameof(KillSwitch))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "kill-switch")] HttpRequest request,
        CancellationToken cancellation)
    {
        if (HttpMethods.IsDelete(request.Method))
        {
            await killSwitch.ReleaseAsync(policy.ChainId, cancellation);
            LogReleased(policy.ChainId);
            return new OkObjectResult(new { killSwitch = (string?)null });
        }

        string? reason = request.Query["reason"];
        if (string.IsNullOrWhiteSpace(reason))
        {
            return new BadRequestObjectResult(new { error = "Say why: POST /api/kill-switch?reason=…" });
        }

        await killSwitch.EngageAsync(policy.ChainId, reason, cancellation);
        LogEngaged(policy.ChainId, reason);
        return new OkObjectResult(new { killSwitch = await killSwitch.GetReasonAsync(policy.ChainId, cancellation) });
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "Kill switch of chain {ChainId} engaged: {Reason}")]
    private partial void LogEngaged(ulong chainId, string reason);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "Kill switch of chain {ChainId} released")]
    private partial void LogReleased(ulong chainId);
}
