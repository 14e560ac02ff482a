using Arb.MemoryBank;
using Arb.TestKit;
using Azure.Data.Tables;

namespace Arb.Integration.Tests.MemoryBank;

/// <summary>One Azurite for all tests of the memory bank; each test has tables of its own.</summary>
[CollectionDefinition("Memory bank")]
public sealed class SharedAzurite : ICollectionFixture<AzuriteFixture>
{
    /// <summary>Two clients of the same fresh tables that share nothing in memory, as two processes would.</summary>
    internal static (MemoryBankTables One, MemoryBankTables Other) TwoOf(AzuriteFixture azurite)
    {
        string prefix = UniqueName.Next("bank");
        return (Open(azurite.ConnectionString, prefix), Open(azurite.ConnectionString, prefix));
    }

    internal static MemoryBankTables Fresh(AzuriteFixture azurite) => TwoOf(azurite).One;

    internal static MemoryBankTables Open(string connectionString, string prefix) =>
        new(new TableServiceClient(connectionString, MemoryBankTables.ClientOptions()), prefix);
}
