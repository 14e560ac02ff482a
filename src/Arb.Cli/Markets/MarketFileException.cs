namespace Arb.Cli.Markets;

/// <summary>A file that is not what it should be: the message says where it is wrong and what is expected there.</summary>
internal sealed class MarketFileException : Exception
{
    public MarketFileException(string message)
        : base(message)
    {
    }

    public MarketFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
