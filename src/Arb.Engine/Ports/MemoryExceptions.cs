namespace Arb.Engine;

/// <summary>The memory bank could not be reached, refused us, or stayed contended. Worth a retry; never a verdict about a trade.</summary>
public sealed class MemoryUnavailableException : Exception
{
    /// <summary>Names the storage account's host and what failed, without keys.</summary>
    public MemoryUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A row was written under a schema this version cannot read, or is damaged. A retry does not help.</summary>
public sealed class UnreadableRowException : Exception
{
    /// <summary>Names table, row, schema version and the column at fault.</summary>
    public UnreadableRowException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
