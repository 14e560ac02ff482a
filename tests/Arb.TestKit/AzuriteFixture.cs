using Arb.Devnet.Processes;
using Xunit;

namespace Arb.TestKit;

/// <summary>A real Azurite of one's own: one per class or collection; tests tell themselves apart by names.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteService? _service;

    /// <summary>Connection string for blobs, queues and tables.</summary>
    public string ConnectionString => Service.ConnectionString;

    /// <summary>The running service.</summary>
    public AzuriteService Service =>
        _service ?? throw new InvalidOperationException("The fixture has not been initialised.");

    public async ValueTask InitializeAsync() =>
        _service = await AzuriteService.StartAsync(await TestTools.NpmAsync(), folder: null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }
}
