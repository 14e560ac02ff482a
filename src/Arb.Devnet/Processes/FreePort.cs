using System.Net;
using System.Net.Sockets;

namespace Arb.Devnet.Processes;

/// <summary>Ports of the loopback interface.</summary>
public static class FreePort
{
    /// <summary>
    /// A port that was free a moment ago. Another program can take it before its use, so a server that can bind
    /// port 0 and say which port it got should do that instead.
    /// </summary>
    /// <returns>The port's number.</returns>
    public static int Next()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Refuses a port that a user asked for and that is taken.</summary>
    /// <param name="port">The port.</param>
    /// <param name="purpose">What wants it, for the message.</param>
    /// <exception cref="DevnetException">The number is no port, or the port is in use or may not be used.</exception>
    public static void RequireFree(int port, string purpose)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new DevnetException($"Port {port} for {purpose} is not between 1 and {IPEndPoint.MaxPort}.");
        }

        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new DevnetException(
                $"Port {port} for {purpose} cannot be used ({e.Message}). "
                + "End the program that uses it, or choose another port, or none to have a free one picked.",
                e);
        }
    }
}
