using Arb.Devnet.Processes;
using Xunit;

namespace Arb.TestKit;

/// <summary>A real, empty anvil with chain id 31337 that mines only when told to, as the devnet's does.</summary>
public class AnvilFixture : IAsyncLifetime
{
    private AnvilNode? _node;

    /// <summary>JSON-RPC endpoint.</summary>
    public Uri RpcUrl => Node.RpcUrl;

    /// <summary>The running node.</summary>
    public AnvilNode Node => _node ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <summary>Override to start it otherwise.</summary>
    protected virtual AnvilOptions Options => new();

    public virtual async ValueTask InitializeAsync() =>
        _node = await AnvilNode.StartAsync(await TestTools.NpmAsync(), Options, CancellationToken.None);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
