using Arb.Domain;
using Arb.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>
/// Refuses to start with settings that cannot work, against the wrong chain, or with keys that must not be used there, and says which
/// mode it runs in.
/// </summary>
internal sealed partial class StartupCheck(IServiceProvider services, ILogger<StartupCheck> logger) : IHostedService
{
    private const ulong DevnetChainId = 31337;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Built now, or an address that is none would show in the first round only.
        TradingPolicy policy = services.GetRequiredService<TradingPolicy>();
        services.GetRequiredService<IExecutorEncoder>();
        services.GetRequiredService<ILoanReader>();
        services.GetRequiredService<IPoolCreationReader>();

        // The chain before the keys: a wrong chain id would be reported as wrong keys.
        ulong chainId = await GetChainIdAsync(services.GetRequiredService<IChainReader>(), cancellationToken);
        if (chainId != policy.ChainId)
        {
            throw SettingParser.Invalid("Chain:Id", $"it is {policy.ChainId}, but the node at Chain__RpcUrl serves chain {chainId}.");
        }

        ITransactionSigner signer = services.GetRequiredService<ITransactionSigner>();
        services.GetRequiredService<IBundleRelay>();
        if (policy.Mode == ExecutionMode.Live && chainId != DevnetChainId)
        {
            foreach (Address operatorAddress in signer.Operators.Where(WellKnownDevKeys.Contains))
            {
                throw SettingParser.Invalid(
                    "Keys",
                    $"operator {operatorAddress} belongs to a publicly known development key; Live on chain {chainId} needs keys of your own.");
            }
        }

        LogStarted(policy.Mode, chainId, signer.Operators.Length);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<ulong> GetChainIdAsync(IChainReader chain, CancellationToken cancellation)
    {
        try
        {
            return await chain.GetChainIdAsync(cancellation);
        }
        catch (ChainUnavailableException e)
        {
            throw SettingParser.Invalid("Chain:RpcUrl", $"the node does not say its chain id ({e.Message.TrimEnd('.')}). Is it running there?");
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Execution mode {Mode} on chain {ChainId} with {Lanes} lanes")]
    private partial void LogStarted(ExecutionMode mode, ulong chainId, int lanes);
}
