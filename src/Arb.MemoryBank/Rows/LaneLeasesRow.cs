using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>All leases of a chain at one moment.</summary>
/// <param name="Leases">One per lane that is held.</param>
internal sealed record LaneLeases(ImmutableArray<LaneLease> Leases)
{
    public static LaneLeases None { get; } = new([]);

    /// <summary>
    /// Decides a lease. Null when all lanes are taken, and when the opportunity holds one that is no longer among the
    /// operators: a second one beside it would let two of its transactions live.
    /// </summary>
    /// <returns>The lease, and all leases after it (the same object when nothing changes).</returns>
    public (LaneLease Lease, LaneLeases After)? Lease(
        IReadOnlyList<Address> operators, string holderId, ulong headBlock, ulong untilBlock)
    {
        LaneLease? own = Leases.FirstOrDefault(l => l.HolderId == holderId);
        if (own is not null)
        {
            return operators.Contains(own.Operator) ? Renew(own, untilBlock) : null;
        }

        // Expired leases go, so that the row does not grow by lanes that were retired.
        ImmutableArray<LaneLease> standing = Leases.RemoveAll(l => headBlock > l.UntilBlock);
        foreach (Address candidate in operators)
        {
            if (!standing.Any(l => l.Operator == candidate))
            {
                LaneLease lease = new(candidate, holderId, untilBlock);
                return (lease, new LaneLeases(standing.Add(lease)));
            }
        }

        return null;
    }

    /// <summary>All leases but the opportunity's; the same object when it holds none.</summary>
    public LaneLeases Without(string holderId)
    {
        ImmutableArray<LaneLease> rest = Leases.RemoveAll(l => l.HolderId == holderId);
        return rest.Length == Leases.Length ? this : new LaneLeases(rest);
    }

    private (LaneLease Lease, LaneLeases After) Renew(LaneLease own, ulong untilBlock)
    {
        if (untilBlock <= own.UntilBlock)
        {
            return (own, this);
        }

        LaneLease longer = own with { UntilBlock = untilBlock };
        return (longer, new LaneLeases(Leases.Replace(own, longer)));
    }
}

/// <summary>
/// A chain's <see cref="LaneLeases"/> as one row: one conditional write settles both that a lane has one holder and that
/// an opportunity has one lane.
/// </summary>
internal static class LaneLeasesRow
{
    public const string Kind = "lane leases";
    public const int Schema = 1;
    public const string RowKey = "leases";

    public static string Partition(ulong chainId) => ColumnText.Plain(chainId);

    public static TableEntity Write(ulong chainId, LaneLeases leases) => new(Partition(chainId), RowKey)
    {
        [RowReader.SchemaColumn] = Schema,
        ["Leases"] = JsonSerializer.Serialize(
            [.. leases.Leases.Select(l => new LeaseColumn(l.Operator.ToString(), l.HolderId, l.UntilBlock))],
            ColumnJson.Default.LeaseColumnArray),
    };

    public static LaneLeases Read(TableEntity entity) => new RowReader(entity, Kind, Schema).Json(
        "Leases",
        ColumnJson.Default.LeaseColumnArray,
        leases => new LaneLeases(
            [.. leases.Select(l => new LaneLease(Address.Parse(l.Operator), l.HolderId, l.UntilBlock))]));
}
