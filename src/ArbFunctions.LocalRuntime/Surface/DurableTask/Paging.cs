namespace Microsoft.DurableTask;

/// <summary>One page of a longer list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed class Page<T>
    where T : notnull
{
    /// <summary>Creates a page.</summary>
    /// <param name="values">Its values.</param>
    /// <param name="continuationToken">Where the next page starts; null on the last.</param>
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    /// <summary>The values of this page.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page starts; null on the last.</summary>
    public string? ContinuationToken { get; }
}

/// <summary>A list that is fetched page by page.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
    where T : notnull
{
    /// <summary>Fetches page by page.</summary>
    /// <param name="continuationToken">Where to start; null for the beginning.</param>
    /// <param name="pageSizeHint">Wanted values per page.</param>
    public abstract IAsyncEnumerable<Page<T>> AsPages(
        string? continuationToken = default, int? pageSizeHint = default);

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (Page<T> page in AsPages().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (T value in page.Values)
            {
                yield return value;
            }
        }
    }
}
