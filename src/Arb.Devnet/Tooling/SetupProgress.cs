namespace Arb.Devnet.Tooling;

/// <summary>One line about what the set-up does; nothing is reported when all is there already.</summary>
/// <param name="Step">Short name of the step, for example <c>npm tools</c>; steps run side by side.</param>
/// <param name="Message">What happens now, for a reader.</param>
public sealed record SetupProgress(string Step, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Step}: {Message}";
}
