using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Which key a caller of an HTTP function must show.</summary>
    public enum AuthorizationLevel
    {
        /// <summary>None.</summary>
        Anonymous = 0,

        /// <summary>A user token; the host does not offer it any more.</summary>
        User = 1,

        /// <summary>A function key or the master key.</summary>
        Function = 2,

        /// <summary>A system key or the master key.</summary>
        System = 3,

        /// <summary>The master key.</summary>
        Admin = 4,
    }

    /// <summary>Runs the function for HTTP requests to <c>/api/{route}</c>.</summary>
    public sealed class HttpTriggerAttribute : TriggerBindingAttribute
    {
        /// <summary>Any method, with a function key.</summary>
        public HttpTriggerAttribute()
        {
            AuthLevel = AuthorizationLevel.Function;
        }

        /// <summary>The given methods. As in Microsoft's package this form is anonymous.</summary>
        /// <param name="methods">HTTP methods such as <c>get</c>.</param>
        public HttpTriggerAttribute(params string[] methods)
        {
            Methods = methods;
        }

        /// <summary>Any method, with the given level.</summary>
        /// <param name="authLevel">The key a caller must show.</param>
        public HttpTriggerAttribute(AuthorizationLevel authLevel)
        {
            AuthLevel = authLevel;
        }

        /// <summary>The given methods with the given level.</summary>
        /// <param name="authLevel">The key a caller must show.</param>
        /// <param name="methods">HTTP methods such as <c>get</c>.</param>
        public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
        {
            AuthLevel = authLevel;
            Methods = methods;
        }

        /// <summary>Route template below the prefix; null means the function's name.</summary>
        public string? Route { get; set; }

        /// <summary>Methods served; null means all.</summary>
        public string[]? Methods { get; }

        /// <summary>The key a caller must show.</summary>
        public AuthorizationLevel AuthLevel { get; }
    }
}

namespace Microsoft.Azure.Functions.Worker.Http
{
    /// <summary>Binds a parameter to the JSON body of the request.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class FromBodyAttribute : Attribute
    {
    }
}
