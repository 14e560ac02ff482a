using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Turns revert data into words: Solidity's own errors, the executor's, and the selector of any other.</summary>
public static class RevertReasons
{
    private const int TextLengthMax = 200;

    private static readonly uint ErrorSelector = Keccak.Selector("Error(string)");
    private static readonly uint PanicSelector = Keccak.Selector("Panic(uint256)");

    /// <summary>The executor's errors as its sources declare them; a test compares.</summary>
    private static readonly FrozenDictionary<uint, CustomError> Custom = new[]
    {
        CustomError.Parse("NotOwner()"),
        CustomError.Parse("NotPendingOwner()"),
        CustomError.Parse("NotOperator()"),
        CustomError.Parse("OwnerCannotBeOperator()"),
        CustomError.Parse("TooManyOperators()"),
        CustomError.Parse("ZeroAddress()"),
        CustomError.Parse("ExecutionPaused()"),
        CustomError.Parse("Reentered()"),
        CustomError.Parse("UnexpectedCallback()"),
        CustomError.Parse("CallbackMissing(address expected)"),
        CustomError.Parse("TransferFailed(address token, address to, uint256 amount)"),
        CustomError.Parse("ApprovalFailed(address token, address spender, uint256 amount)"),
        CustomError.Parse("TokenUnreadable(address token)"),
        CustomError.Parse("ProgramMalformed(uint256 position)"),
        CustomError.Parse("TokenNotHeld(uint256 index)"),
        CustomError.Parse("NextTakesNothing(uint256 op)"),
        CustomError.Parse("UnknownFunction(uint256 selector)"),
        CustomError.Parse("AmountTooLarge(uint256 amount)"),
        CustomError.Parse("FeePipsTooHigh(uint256 feePips)"),
        CustomError.Parse("OutputBeyondReserve(uint256 amountOut, uint256 reserve)"),
        CustomError.Parse("StepNeedsWeth(address token)"),
        CustomError.Parse("EtherTransferFailed(address to, uint256 amount)"),
        CustomError.Parse("DeadlinePassed(uint256 blockNumber, uint256 deadlineBlock)"),
        CustomError.Parse("NoTokenHeld()"),
        CustomError.Parse("BidBasisPointsTooHigh(uint256 bidBasisPoints)"),
        CustomError.Parse("BidNeedsWeth()"),
        CustomError.Parse("GasRateInvalid(uint256 tokenPerEthX96)"),
        CustomError.Parse("BalanceShrank(address token, uint256 balanceBefore, uint256 balanceAfter)"),
        CustomError.Parse("CoinbasePaymentFailed(address feeRecipient, uint256 bid)"),
        CustomError.Parse("ProfitBelowFloor(uint256 profit, uint256 floor)"),
        CustomError.Parse("UnexpectedEther(address sender)"),
    }.ToFrozenDictionary(error => error.Selector);

    /// <summary>Says why a call reverted. Never throws: the data is the contract's, and contracts lie.</summary>
    public static string Decode(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return "no reason given";
        }

        if (data.Length < 4)
        {
            return $"unknown error {Hex.Of(data)}";
        }

        uint selector = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data);
        try
        {
            AbiReader arguments = new(data[4..]);
            if (selector == ErrorSelector)
            {
                return Printable(arguments.ReadText());
            }

            if (selector == PanicSelector)
            {
                return Panic(arguments.ReadNumber());
            }

            if (Custom.TryGetValue(selector, out CustomError? error))
            {
                return error.Describe(arguments);
            }
        }
        catch (FormatException malformed)
        {
            return $"malformed error 0x{selector:x8} ({malformed.Message})";
        }

        return $"unknown error 0x{selector:x8} of {data.Length} bytes";
    }

    /// <summary>Signatures the table knows, canonical, for the test that compares it with the contract's sources.</summary>
    internal static IEnumerable<string> KnownSignatures => Custom.Values.Select(static error => error.Signature);

    // Solidity documentation, "Panic via assert and Error via require".
    private static string Panic(UInt256 code) => code.BitLength > 8 ? $"Panic({code})" : (ulong)code switch
    {
        0x01 => "Panic 0x01: an assertion failed",
        0x11 => "Panic 0x11: arithmetic overflow",
        0x12 => "Panic 0x12: division by zero",
        0x21 => "Panic 0x21: no such enum value",
        0x31 => "Panic 0x31: pop of an empty array",
        0x32 => "Panic 0x32: index out of bounds",
        0x41 => "Panic 0x41: out of memory",
        0x51 => "Panic 0x51: call of an uninitialised function",
        ulong other => $"Panic 0x{other:x2}",
    };

    /// <summary>Contract text goes into logs and rows: one line, no control characters, not too long.</summary>
    private static string Printable(string text)
    {
        StringBuilder clean = new(Math.Min(text.Length, TextLengthMax));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, TextLengthMax)))
        {
            clean.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return clean.Length == 0 ? "no reason given" : clean.ToString();
    }

    private sealed record CustomError(uint Selector, string Name, string Signature, (string Type, string Name)[] Parameters)
    {
        /// <summary>Reads a declaration as Solidity writes it.</summary>
        public static CustomError Parse(string declaration)
        {
            int open = declaration.IndexOf('(', StringComparison.Ordinal);
            string name = declaration[..open];
            (string Type, string Name)[] parameters =
            [
                .. declaration[(open + 1)..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries)
                    .Select(static parameter => parameter.Split(' '))
                    .Select(static parts => (parts[0], parts[1])),
            ];
            string signature = $"{name}({string.Join(',', parameters.Select(static p => p.Type))})";
            return new CustomError(Keccak.Selector(signature), name, signature, parameters);
        }

        public string Describe(AbiReader arguments)
        {
            if (Parameters.Length == 0)
            {
                return Name;
            }

            StringBuilder text = new(Name);
            for (int i = 0; i < Parameters.Length; i++)
            {
                (string type, string name) = Parameters[i];
                text.Append(i == 0 ? "(" : ", ").Append(name).Append(": ").Append(
                    type == "address"
                        ? arguments.ReadAddress().ToString()
                        : arguments.ReadNumber().ToString(null, CultureInfo.InvariantCulture));
            }

            return text.Append(')').ToString();
        }
    }
}
