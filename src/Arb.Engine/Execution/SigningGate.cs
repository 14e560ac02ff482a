namespace Arb.Engine;

/// <summary>
/// What must hold before anything is signed: the mode, the kill switch and the chain. A bundle relay that simulates gets the same
/// mineable transaction as one that submits, so both steps pass here.
/// </summary>
public sealed class SigningGate(IChainReader chain, IKillSwitch killSwitch, TradingPolicy policy)
{
    /// <summary>Whether a transaction may be signed now.</summary>
    /// <exception cref="ChainUnavailableException">The node serves another chain than the deployment is meant for.</exception>
    public async Task<Verdict> CheckAsync(CancellationToken cancellation)
    {
        if (policy.Mode != ExecutionMode.Live)
        {
            return Verdict.Refuse(RefusalReason.DryRun);
        }

        if (await killSwitch.GetReasonAsync(policy.ChainId, cancellation) is { } killed)
        {
            return Verdict.Refuse(RefusalReason.KillSwitch, killed);
        }

        ulong chainId = await chain.GetChainIdAsync(cancellation);
        return chainId == policy.ChainId
            ? Verdict.Accept
            : throw new ChainUnavailableException($"The node serves chain {chainId}; Chain__Id is {policy.ChainId}. Nothing was signed.");
    }
}
