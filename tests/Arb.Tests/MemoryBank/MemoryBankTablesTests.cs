using System.Net;
using System.Text;
using Arb.Engine;
using Arb.MemoryBank;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Arb.Tests.MemoryBank;

/// <summary>What the service answers and Azurite never does.</summary>
public sealed class MemoryBankTablesTests
{
    private const string Key = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";

    [Theory]
    [InlineData("1abc")]
    [InlineData("with-dash")]
    [InlineData("tränen")]
    public void A_prefix_that_makes_no_table_name_is_refused(string prefix)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Tables(_ => Answer(201), prefix));

        Assert.Contains($"'{prefix}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_prefix_leaves_room_for_the_longest_name()
    {
        Tables(_ => Answer(201), new string('p', 50));
        Assert.Throws<ArgumentException>(() => Tables(_ => Answer(201), new string('p', 51)));
    }

    [Fact]
    public async Task A_table_that_is_being_deleted_is_waited_for()
    {
        int refusals = 0;
        HurriedTime time = new();
        MemoryBankTables tables = Tables(
            _ => Interlocked.Increment(ref refusals) <= 14 ? Answer(409, "TableBeingDeleted") : Answer(201),
            time: time);

        await tables.CreateAsync(TestContext.Current.CancellationToken);

        Assert.Equal(14, time.Waits);
    }

    [Fact]
    public async Task A_table_that_stays_being_deleted_is_given_up_on()
    {
        MemoryBankTables tables = Tables(_ => Answer(409, "TableBeingDeleted"), time: new HurriedTime());

        MemoryUnavailableException error = await Assert.ThrowsAsync<MemoryUnavailableException>(
            () => tables.CreateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("TableBeingDeleted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_made_meanwhile_by_another_is_as_good_as_made() =>
        await Tables(_ => Answer(409, "TableAlreadyExists")).CreateAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(403, "AuthorizationFailure")]
    [InlineData(503, "ServerBusy")]
    [InlineData(500, "InternalError")]
    public async Task A_refusing_account_is_named_by_its_host_without_its_key(int status, string code)
    {
        MemoryBankTables tables = Tables(_ => Answer(status, code));

        MemoryUnavailableException error = await Assert.ThrowsAsync<MemoryUnavailableException>(
            () => tables.CreateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("bank.table.example", error.Message, StringComparison.Ordinal);
        Assert.Contains($"HTTP {status} {code}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_account_that_never_answers_is_an_outage_and_not_a_cancellation(int retries)
    {
        TableClientOptions options = MemoryBankTables.ClientOptions();
        options.Retry.MaxRetries = retries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(20);
        options.Transport = new HttpClientTransport(new Silence());

        MemoryUnavailableException error = await Assert.ThrowsAsync<MemoryUnavailableException>(
            () => Tables(options).CreateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("bank.table.example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_creation_that_failed_is_tried_again_and_one_that_succeeded_is_not()
    {
        bool up = false;
        int calls = 0;
        MemoryBankTables tables = Tables(_ =>
        {
            Interlocked.Increment(ref calls);
            return up ? Answer(201) : Answer(403, "AuthorizationFailure");
        });
        await Assert.ThrowsAsync<MemoryUnavailableException>(() => tables.CreateAsync(TestContext.Current.CancellationToken));

        up = true;
        calls = 0;
        await tables.CreateAsync(TestContext.Current.CancellationToken);
        await tables.CreateAsync(TestContext.Current.CancellationToken);

        Assert.Equal(9, calls);
    }

    private static MemoryBankTables Tables(
        Func<HttpRequestMessage, HttpResponseMessage> answer, string prefix = "", TimeProvider? time = null)
    {
        TableClientOptions options = MemoryBankTables.ClientOptions();
        options.Retry.MaxRetries = 0;
        options.Transport = new HttpClientTransport(new Script(answer));
        return Tables(options, prefix, time);
    }

    private static MemoryBankTables Tables(TableClientOptions options, string prefix = "", TimeProvider? time = null) => new(
        new TableServiceClient(new Uri("https://bank.table.example"), new TableSharedKeyCredential("bank", Key), options),
        prefix,
        time);

    private static HttpResponseMessage Answer(int status, string? code = null)
    {
        HttpResponseMessage answer = new((HttpStatusCode)status)
        {
            Content = new StringContent(
                code is null ? "{}" : $$$"""{"odata.error":{"code":"{{{code}}}","message":{"lang":"en-US","value":"no"} } }""",
                Encoding.UTF8,
                "application/json"),
        };
        if (code is not null)
        {
            answer.Headers.Add("x-ms-error-code", code);
        }

        return answer;
    }

    /// <summary>Time in which every wait is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private int _waits;

        public int Waits => _waits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _waits);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class Silence : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("Nothing ends this silence but cancellation.");
        }
    }

    private sealed class Script(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }
}
