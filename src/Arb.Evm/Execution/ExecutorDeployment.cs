using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Whom an executor serves and which contracts it knows: its constructor's arguments. All but the operators are for good.</summary>
/// <param name="Owner">Account that adds operators, pauses and sweeps; never an operator itself.</param>
/// <param name="Recipient">Account profits go to.</param>
/// <param name="Vault">Balancer V2's vault; zero where there is none.</param>
/// <param name="PoolManager">Uniswap V4's pool manager; zero where there is none.</param>
/// <param name="WrappedEther">Wrapped ether.</param>
/// <param name="Operators">Operators from the start; the owner may add more.</param>
public sealed record ExecutorArguments(
    Address Owner, Address Recipient, Address Vault, Address PoolManager, Address WrappedEther, ImmutableArray<Address> Operators)
{
    /// <summary>Why no executor can be made of them, or null.</summary>
    public string? FindProblem() =>
        Owner.IsZero ? "the owner is the zero address"
        : Recipient.IsZero ? "the recipient is the zero address"
        : WrappedEther.IsZero ? "wrapped ether is the zero address"
        : Operators.IsDefaultOrEmpty ? "there is no operator: nobody could trade"
        : Operators.Contains(Owner) ? $"the owner {Owner} is among the operators: a leaked trading key would own the contract"
        : Operators.Distinct().Count() != Operators.Length ? "an operator is named twice"
        : null;
}

/// <summary>
/// Deploys an executor through the deterministic deployment proxy (EIP-1014 with a salt), so that the address follows from code and
/// arguments alone: the same on every chain where they are the same, known before anything is sent, and nobody else can take it.
/// </summary>
public sealed class ExecutorDeployment
{
    private readonly byte[] _initCode;

    /// <summary>Plans one.</summary>
    /// <param name="creationCode">The executor's creation code.</param>
    /// <param name="arguments">Its constructor's arguments.</param>
    /// <param name="salt">Makes several of the same.</param>
    /// <exception cref="ArgumentException">The arguments make no executor; the message says why.</exception>
    public ExecutorDeployment(ReadOnlyMemory<byte> creationCode, ExecutorArguments arguments, Hash256 salt)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.FindProblem() is { } problem)
        {
            throw new ArgumentException($"No executor can be deployed: {problem}.", nameof(arguments));
        }

        byte[] encoded = new AbiWriter()
            .Address(arguments.Owner)
            .Address(arguments.Recipient)
            .Address(arguments.Vault)
            .Address(arguments.PoolManager)
            .Address(arguments.WrappedEther)
            .Addresses(arguments.Operators)
            .ToArray();
        _initCode = [.. creationCode.Span, .. encoded];
        Executor = ContractAddress.OfCreation2(Proxy, salt, _initCode);
        byte[] saltBytes = new byte[Hash256.Size];
        salt.CopyTo(saltBytes);
        Payload = (byte[])[.. saltBytes, .. _initCode];
    }

    /// <summary>
    /// The deterministic deployment proxy, at one address on nearly every chain (github.com/Arachnid/deterministic-deployment-proxy); anvil
    /// has it, too. It takes a salt and creation code and answers with the address.
    /// </summary>
    public static Address Proxy { get; } = Address.Parse("0x4e59b44847b379578588920ca78fbf26c0b4956c");

    /// <summary>Where the executor will be.</summary>
    public Address Executor { get; }

    /// <summary>Calldata of the transaction to the proxy.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Creation code with arguments: called without a recipient, it answers with the code that the executor must have.</summary>
    public ReadOnlyMemory<byte> InitCode => _initCode;
}
