using System.Collections.Immutable;

namespace Arb.Scoring;

/// <summary>Puts opportunities in order.</summary>
public static class Ranking
{
    /// <summary>Highest score first; equal scores by id in ordinal order, so that the same round ranks the same way everywhere.</summary>
    /// <param name="items">What to rank.</param>
    /// <param name="score">Score of an item; read once.</param>
    /// <param name="id">Its id.</param>
    /// <exception cref="ArgumentException">A score is not finite: the scorer that gave it must not rank.</exception>
    public static ImmutableArray<T> Rank<T>(IReadOnlyCollection<T> items, Func<T, double> score, Func<T, string> id)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(id);
        List<(T Item, double Score, string Id)> rows = new(items.Count);
        foreach (T item in items)
        {
            (T Item, double Score, string Id) row = (item, score(item), id(item));
            if (!double.IsFinite(row.Score))
            {
                throw new ArgumentException(
                    $"Opportunity {row.Id} has the score {row.Score}, which cannot be ranked; rank by net profit instead.",
                    nameof(score));
            }

            rows.Add(row);
        }

        rows.Sort(static (a, b) =>
        {
            int order = b.Score.CompareTo(a.Score);
            return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
        });
        return [.. rows.Select(static row => row.Item)];
    }
}
