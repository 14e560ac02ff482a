namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Root of all attributes that tie a function parameter to a trigger or a resource.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BindingAttribute : Attribute
{
    /// <summary>Only derived bindings are used directly.</summary>
    protected BindingAttribute()
    {
    }
}

/// <summary>Marks the one parameter that starts the function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute
{
    /// <summary>Only derived bindings are used directly.</summary>
    protected TriggerBindingAttribute()
    {
    }
}

/// <summary>Marks a parameter that is filled from a resource besides the trigger.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute
{
    /// <summary>Only derived bindings are used directly.</summary>
    protected InputBindingAttribute()
    {
    }
}
