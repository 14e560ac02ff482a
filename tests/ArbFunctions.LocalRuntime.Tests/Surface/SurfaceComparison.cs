using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ArbFunctions.LocalRuntime.Tests.Surface;

/// <summary>
/// Says where code that compiles against one type would not compile, or would mean something else, against another of
/// the same name. What the other type has in addition is no difference: ours is a subset.
/// </summary>
internal static class SurfaceComparison
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Differences(Type ours, Type theirs)
    {
        string name = NameOf(ours);
        if (KindOf(ours) != KindOf(theirs))
        {
            yield return $"{name}: {KindOf(ours)} here, {KindOf(theirs)} there";
            yield break;
        }

        if (theirs.IsSealed && !ours.IsSealed)
        {
            yield return $"{name}: sealed there";
        }

        if (theirs.IsAbstract != ours.IsAbstract)
        {
            yield return $"{name}: {(theirs.IsAbstract ? "abstract" : "not abstract")} there";
        }

        HashSet<string> ancestors = [.. AncestorsOf(theirs)];
        foreach (string missing in AncestorsOf(ours).Where(ancestor => !ancestors.Contains(ancestor)))
        {
            yield return $"{name}: is no {missing} there";
        }

        HashSet<string> members = [.. Lineage(theirs).SelectMany(MembersOf)];
        foreach (string member in MembersOf(ours).Where(member => !members.Contains(member)))
        {
            string key = member[..(member.IndexOf('(', StringComparison.Ordinal) is var end and > 0 ? end : member.Length)];
            string[] alike = [.. members.Where(other => other.StartsWith(key, StringComparison.Ordinal))];
            yield return $"{name}: {member}" + (alike.Length == 0 ? " is not there" : $" is there {string.Join(" or ", alike)}");
        }
    }

    /// <summary>A type as signatures show it.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsByRef)
        {
            return NameOf(type.GetElementType()!) + "&";
        }

        string name = type.FullName ?? $"{type.Namespace}.{type.Name}";
        if (!type.IsGenericType)
        {
            return name;
        }

        string open = type.GetGenericTypeDefinition().FullName!;
        return $"{open}<{string.Join(",", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
        : type.BaseType?.FullName == "System.MulticastDelegate" ? "delegate" : "class";

    private static IEnumerable<Type> Lineage(Type type)
    {
        for (Type? at = type; at is not null && at.FullName != "System.Object"; at = at.BaseType)
        {
            yield return at;
        }
    }

    private static IEnumerable<string> AncestorsOf(Type type)
    {
        IEnumerable<string> bases = Lineage(type).Skip(1).Select(NameOf);
        return bases.Concat(type.GetInterfaces().Where(face => face.IsVisible).Select(NameOf));
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            string constant = field.IsLiteral
                ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
                : string.Empty;
            yield return field.Name == "value__" ? "value__" : $"{field.Name} : {NameOf(field.FieldType)}{constant}";
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsSeen))
        {
            yield return "new" + ParametersOf(constructor);
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(IsSeen))
        {
            // Accessors are methods too: a setter's modifier tells set from init.
            if (method.Name.Contains('<', StringComparison.Ordinal))
            {
                continue;
            }

            string arity = method.IsGenericMethod
                ? $"<{string.Join(",", method.GetGenericArguments().Select(argument => argument.Name))}>"
                : string.Empty;
            string init = method.ReturnParameter.GetRequiredCustomModifiers()
                .Any(modifier => modifier.Name == nameof(IsExternalInit)) ? " init" : string.Empty;
            string stat = method.IsStatic ? "static " : string.Empty;
            yield return $"{stat}{method.Name}{arity}{ParametersOf(method)} : {NameOf(method.ReturnType)}{init}";
        }
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string ParametersOf(MethodBase method) =>
        $"({string.Join(", ", method.GetParameters().Select(ParameterOf))})";

    // Names count: arguments may be named. So do defaults: they may be left out.
    private static string ParameterOf(ParameterInfo parameter)
    {
        string text = $"{NameOf(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue
            ? $"{text} = {Convert.ToString(parameter.RawDefaultValue, CultureInfo.InvariantCulture) ?? "null"}"
            : text;
    }
}
