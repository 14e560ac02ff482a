using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.BundleRelay;

/// <summary>
/// A bundle relay that speaks the Flashbots dialect of JSON-RPC: <c>eth_callBundle</c>, <c>eth_sendBundle</c>,
/// <c>eth_cancelBundle</c>, each signed with <c>X-Flashbots-Signature</c>.
/// </summary>
/// <remarks>
/// <para>Safe for concurrent use. The <see cref="HttpClient"/> is the caller's; its own timeout should be infinite
/// and it should not follow redirects (a redirected bundle would be shown to a stranger).</para>
/// <para>Our hashes are never put into <c>revertingTxHashes</c>: a bundle that would revert is dropped for
/// free.</para>
/// </remarks>
public sealed class FlashbotsBundleRelay : IBundleRelay
{
    private const string SimulateMethod = "eth_callBundle";
    private const string SubmitMethod = "eth_sendBundle";
    private const string CancelMethod = "eth_cancelBundle";

    private readonly BundleRelayChannel _channel;

    /// <summary>Talks to the endpoint of <paramref name="options"/>.</summary>
    /// <param name="http">Carries the requests.</param>
    /// <param name="options">Endpoint and limits.</param>
    /// <param name="authKey">Key that earns our reputation. It holds no funds and is never one that signs
    /// trades.</param>
    /// <param name="time">Clock of the time-outs.</param>
    public FlashbotsBundleRelay(HttpClient http, BundleRelayOptions options, Secp256k1Key authKey, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(authKey);
        AuthAddress = authKey.Address;
        _channel = new BundleRelayChannel(http, options, authKey, time ?? TimeProvider.System);
    }

    /// <summary>Who we are to the bundle relay.</summary>
    public Address AuthAddress { get; }

    /// <inheritdoc/>
    /// <remarks>
    /// A bundle that cannot run (wrong nonce, fee below the base fee, undecodable) is a failed simulation; a bundle
    /// relay that limits, rejects our signature or has no simulator is <see cref="ChainUnavailableException"/>,
    /// because that says nothing of the bundle.
    /// </remarks>
    public async Task<BundleSimulation> SimulateAsync(Bundle bundle, ulong stateBlock, CancellationToken cancellation)
    {
        Check(bundle);
        BundleRelayReply reply = await _channel.CallAsync(
            SimulateMethod,
            writer =>
            {
                WriteTransactions(writer, bundle);
                writer.WriteString("blockNumber", Hex.Quantity(bundle.TargetBlock));
                writer.WriteString("stateBlockNumber", Hex.Quantity(stateBlock));
            },
            cancellation);

        if (reply.Error is { } error)
        {
            bool isVerdict = reply.Status is 200 or 400 && !error.IsAboutTheRelay;
            return isVerdict
                ? new BundleSimulation(false, 0, UInt256.Zero, UInt256.Zero, error.ToString())
                : throw _channel.Unavailable(SimulateMethod, $"HTTP {reply.Status}, {error}");
        }

        try
        {
            return BundleSimulationReader.Read(reply.Result, bundle, stateBlock);
        }
        catch (FormatException wrong)
        {
            throw _channel.Unavailable(SimulateMethod, wrong.Message, wrong);
        }
    }

    /// <inheritdoc/>
    public async Task<BundleSubmissionReply> SubmitAsync(Bundle bundle, CancellationToken cancellation)
    {
        Check(bundle);
        BundleRelayReply reply = await _channel.CallAsync(
            SubmitMethod,
            writer =>
            {
                WriteTransactions(writer, bundle);
                writer.WriteString("blockNumber", Hex.Quantity(bundle.TargetBlock));
                if (bundle.MaxTimestampSeconds != 0)
                {
                    writer.WriteNumber("maxTimestamp", bundle.MaxTimestampSeconds);
                }

                writer.WriteString("replacementUuid", bundle.ReplacementUuid.ToString("D"));
            },
            cancellation);

        return RefusalOf(SubmitMethod, reply) is { } refusal
            ? new BundleSubmissionReply(false, null, refusal)
            : new BundleSubmissionReply(true, BundleHash(reply.Result), null);
    }

    /// <summary>
    /// <c>eth_cancelBundle</c>: withdraws what was submitted under a uuid, unless a builder has already bid with it:
    /// its transactions may still land.
    /// </summary>
    /// <exception cref="ChainUnavailableException">The bundle relay could not be reached; whether it cancelled is
    /// unknown.</exception>
    public async Task<BundleSubmissionReply> CancelAsync(Guid replacementUuid, CancellationToken cancellation)
    {
        BundleRelayReply reply = await _channel.CallAsync(
            CancelMethod,
            writer => writer.WriteString("replacementUuid", replacementUuid.ToString("D")),
            cancellation);
        string? refusal = RefusalOf(CancelMethod, reply);
        return new BundleSubmissionReply(refusal is null, null, refusal);
    }

    private string? RefusalOf(string method, BundleRelayReply reply)
    {
        if (reply.Error is not { } error)
        {
            return null;
        }

        // 4xx is a decision. 5xx, a redirect or a time-out on the other side may have come after the bundle was
        // passed on.
        bool isDecision = reply.Status is 200 or (>= 400 and < 500 and not 408);
        return !isDecision ? throw _channel.Unavailable(method, $"HTTP {reply.Status}, {error}")
            : reply.Status == 200 ? error.ToString()
            : $"HTTP {reply.Status}: {error}";
    }

    private static string? BundleHash(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object
        && result.TryGetProperty("bundleHash", out JsonElement hash)
        && hash.ValueKind == JsonValueKind.String
            ? PlainText.Of(hash)
            : null;

    private static void WriteTransactions(Utf8JsonWriter writer, Bundle bundle)
    {
        writer.WriteStartArray("txs");
        foreach (SignedTransaction transaction in bundle.Transactions)
        {
            writer.WriteStringValue(Hex.Of(transaction.Raw.Span));
        }

        writer.WriteEndArray();
    }

    private static void Check(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (bundle.Transactions.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A bundle has at least one transaction.", nameof(bundle));
        }
    }
}
