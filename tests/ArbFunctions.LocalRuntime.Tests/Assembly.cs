using Arb.TestKit;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
