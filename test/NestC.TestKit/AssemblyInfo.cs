[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("NestC.Tools.Tests")]
