namespace NestC.Diagnostics;

/// <summary>What the text renderer adapts to.</summary>
/// <param name="Tool">The command to name in hints.</param>
/// <param name="Color">Whether ANSI colours are written.</param>
/// <param name="Width">Columns of the screen: source lines wider than that are windowed.</param>
/// <param name="MessageLimit">Characters of a message that are shown: the text of one operation can be megabytes.</param>
public sealed record TextStyle(string Tool = "nest-opt", bool Color = false, int Width = TextStyle.DefaultWidth, int MessageLimit = 2000)
{
    /// <summary>Columns that are assumed where there is no terminal.</summary>
    public const int DefaultWidth = 160;

    /// <summary>The style for standard error: colours and width as the terminal, the environment and the user say.</summary>
    public static TextStyle ForStandardError(ColorMode mode, string tool)
    {
        bool terminal = !Console.IsErrorRedirected;
        return new TextStyle(
            tool,
            UseColor(mode, terminal, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM")),
            terminal ? TerminalWidth() : DefaultWidth);
    }

    /// <summary>Whether to colour: what the user says on the command line counts more than the environment.</summary>
    public static bool UseColor(ColorMode mode, bool terminal, string? noColor, string? term) => mode switch
    {
        ColorMode.Always => true,
        ColorMode.Never => false,
        _ => terminal && string.IsNullOrEmpty(noColor) && term != "dumb",
    };

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and int width ? width : DefaultWidth;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return DefaultWidth;
        }
    }
}
