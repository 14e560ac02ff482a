namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a method a function of the app, under a name that is unique in the app.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute : Attribute
{
    /// <summary>Names the function.</summary>
    /// <param name="name">A letter, then letters, digits, <c>_</c> or <c>-</c>; compared without case.</param>
    public FunctionAttribute(string name)
    {
        Name = name;
    }

    /// <summary>The name under which the host knows the function.</summary>
    public string Name { get; }
}
