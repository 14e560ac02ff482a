using System.Buffers;
using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Cli.Markets;

/// <summary>A token as a file names it.</summary>
/// <param name="Id">Opaque name; hexadecimal ones in lower case, so that they compare as addresses do.</param>
/// <param name="Symbol">For people, where the file has it.</param>
/// <param name="Decimals">Digits after the point, where the file has them.</param>
internal sealed record MarketToken(string Id, string? Symbol = null, int? Decimals = null)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The name as it is compared: hexadecimal in any case means the same, anything else is taken as it is.</summary>
    public static string Normalise(string id) => IsHex(id) ? id.ToLowerInvariant() : id;

    private static bool IsHex(string id) =>
        id.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && id.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0;
}

/// <summary>A pool of a file, with its exact model where the file holds enough of its state.</summary>
internal sealed record MarketPool
{
    /// <summary>Name, unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>The name as the file writes it; null where that is <see cref="Id"/>.</summary>
    public string? WrittenId { get; init; }

    /// <summary>The tokens' names as the file writes them; empty where those are their ids.</summary>
    public ImmutableArray<string> WrittenTokens { get; init; } = [];

    /// <summary>Family, as the quote command names it.</summary>
    public required string Protocol { get; init; }

    /// <summary>Tokens in the pool's own order, which is the model's.</summary>
    public required ImmutableArray<MarketToken> Tokens { get; init; }

    /// <summary>The arithmetic; null when the file lacks the state for it.</summary>
    public IPoolModel? Model { get; init; }

    /// <summary>What the file lacks for a model; null when there is one.</summary>
    public string? Missing { get; init; }

    /// <summary>What the pool holds of each token, raw units; empty where the file does not say.</summary>
    public ImmutableArray<UInt256> Balances { get; init; } = [];

    /// <summary>Fee in pips, where it is one number of them.</summary>
    public int? FeePips { get; init; }

    /// <summary>Liquidity in the current tick range, of concentrated pools.</summary>
    public UInt256? Liquidity { get; init; }

    /// <summary>Initialised ticks in the file, of concentrated pools.</summary>
    public int? Ticks { get; init; }

    /// <summary>The block that the file gives with the pool.</summary>
    public ulong? Block { get; init; }

    /// <summary>The name as the file writes it.</summary>
    public string Name => WrittenId ?? Id;

    /// <summary>A token's name as the file writes it with this pool.</summary>
    public string TokenName(int index) => WrittenTokens.IsEmpty ? Tokens[index].Id : WrittenTokens[index];

    /// <summary>Index of a token; -1 for one the pool does not trade.</summary>
    public int IndexOf(string token)
    {
        string id = MarketToken.Normalise(token);
        for (int i = 0; i < Tokens.Length; i++)
        {
            if (Tokens[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
