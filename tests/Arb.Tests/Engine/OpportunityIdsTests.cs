using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Engine;

public sealed class OpportunityIdsTests
{
    [Fact]
    public void Replacement_uuids_have_version_4_bits_and_differ_by_submission_and_target()
    {
        OpportunityIds ids = new(new Keccak());
        Guid[] all = [ids.Replacement("a", 1, 10), ids.Replacement("a", 2, 10), ids.Replacement("a", 1, 11), ids.Replacement("b", 1, 10)];
        Assert.Equal(4, all.Distinct().Count());
        Assert.All(all, uuid =>
        {
            Assert.Equal(4, uuid.Version);
            Assert.InRange(uuid.Variant, 8, 11);
        });
        Assert.Equal(all[0], ids.Replacement("a", 1, 10));
    }
}
