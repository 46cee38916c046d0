package dev.cstemplates.engine;

import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.shaded.jdbc.SQLRuntimeException;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.Lazy;
import dev.cstemplates.core.Retry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Where builds, their history and the queue are stored: a SQLite file that several {@code cst} processes of one host share, or a
 * PostgreSQL database that the hosts of a farm share. Opening it creates or migrates the schema.
 */
public final class Database implements AutoCloseable {

    /** Prefix of the URLs of {@link #shared}. */
    public static final String POSTGRESQL = "jdbc:postgresql:";

    /** The version of the newest migration of this program. A newer schema is used as it is. */
    private static final int SCHEMA = 3;

    private static final Duration BUSY_LIMIT = Duration.ofSeconds(30);
    private static final Duration CONNECTION_LIMIT = Duration.ofSeconds(10);

    /** Long enough for a restart of the database. */
    private static final Retry RETRY =
            Retry.within(Duration.ofMinutes(2), Duration.ofMillis(500), Duration.ofMillis(500));

    /** Classes of SQL states that blame the server, not the statement. */
    private static final Set<String> UNREACHABLE = Set.of("08", "57", "53");

    /** Another process has held SQLite's lock for longer than {@link #BUSY_LIMIT}. */
    private static final Set<SQLiteErrorCode> BUSY =
            Set.of(SQLiteErrorCode.SQLITE_BUSY, SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT, SQLiteErrorCode.SQLITE_LOCKED);

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean isShared;
    private final Supplier<JdbcCustomization> schedulerDialect;

    private Database(HikariDataSource pool, boolean isShared) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.isShared = isShared;
        this.schedulerDialect = Lazy.of(() -> new AutodetectJdbcCustomization(pool));
    }

    /** A database in a file, for this host only. */
    public static Database embedded(Path file) {
        CstHome.createDirectories(FileTrees.parentOf(file));
        var pool = new HikariConfig();
        pool.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        pool.setDataSourceProperties(sqlite());
        pool.setMaximumPoolSize(4);
        return open(pool, "sqlite", false);
    }

    /**
     * A PostgreSQL database that several hosts share: {@code jdbc:postgresql://HOST/NAME?user=USER}. A password belongs in the file that
     * {@code PGPASSFILE} names (by default {@code ~/.pgpass}), not in the URL of an option: the process list shows that.
     */
    public static Database shared(String url) {
        if (!url.startsWith(POSTGRESQL)) {
            throw Failure.usage(
                    "Unsupported database URL '" + withoutParameters(url) + "'",
                    "Use " + POSTGRESQL + "//HOST/NAME?user=USER, or omit --database for a file on this host.");
        }
        var pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.addDataSourceProperty("socketTimeout", "30");
        pool.addDataSourceProperty("connectTimeout", "10");
        pool.addDataSourceProperty("ApplicationName", "cst");
        pool.setMaximumPoolSize(8);
        return open(pool, "postgresql", true);
    }

    private static Properties sqlite() {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(Math.toIntExact(BUSY_LIMIT.toMillis()));
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.enforceForeignKeys(true);
        return config.toProperties();
    }

    private static Database open(HikariConfig config, String dialect, boolean isShared) {
        config.setPoolName("cst");
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_LIMIT.toMillis());
        try {
            var pool = new HikariDataSource(config);
            try {
                migrate(pool, dialect);
                return new Database(pool, isShared);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            var place = withoutParameters(config.getJdbcUrl());
            throw (isShared
                            ? Failure.remote(
                                    "Cannot open the database " + place + ": " + causeOf(e),
                                    "Check that it is running, and that this user may create tables in it.",
                                    true)
                            : Failure.host(
                                    "Cannot open the database " + place + ": " + causeOf(e),
                                    "Check the disk for free space, or choose another place with --home DIR."))
                    .because(e);
        }
    }

    /** Starting Flyway takes half a second, so it is skipped when the schema is up to date. */
    private static void migrate(DataSource pool, String dialect) {
        if (isUpToDate(pool)) {
            return;
        }
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .locations("classpath:db/tables", "classpath:db/" + dialect)
                .ignoreMigrationPatterns("*:future")
                .load()
                .migrate();
    }

    private static boolean isUpToDate(DataSource pool) {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var versions = statement.executeQuery("SELECT version FROM flyway_schema_history WHERE success")) {
            while (versions.next()) {
                var version = versions.getString(1);
                if (version != null && Integer.parseInt(version) >= SCHEMA) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            // The schema does not exist yet.
            return false;
        }
    }

    /** How db-scheduler writes this database's SQL. */
    JdbcCustomization schedulerDialect() {
        return schedulerDialect.get();
    }

    DataSource pool() {
        return pool;
    }

    /**
     * Runs {@code work} in one transaction. It is retried, for two minutes at most, while the database cannot be reached. On an interrupted
     * thread it is attempted once, so that the end of a cancelled build can be stored without waiting. The thread stays interrupted.
     */
    <T> T transaction(Function<Handle, T> work) {
        var interrupted = Thread.interrupted();
        try {
            return RETRY.call(
                    "Waiting for the database",
                    e -> !interrupted && isUnreachable(e) && !pool.isClosed(),
                    () -> jdbi.inTransaction(work::apply));
        } catch (JdbiException | SQLRuntimeException e) {
            throw failure(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Failure failure(RuntimeException e) {
        var place = withoutParameters(pool.getJdbcUrl());
        return (isShared
                        ? Failure.remote(
                                "The database " + place + " failed: " + causeOf(e), "Check that it is running.", true)
                        : Failure.host(
                                "The database " + place + " failed: " + causeOf(e), "Check the disk for free space."))
                .because(e);
    }

    private static boolean isUnreachable(Throwable error) {
        for (var each = error; each != null; each = each.getCause()) {
            if (each instanceof SQLTransientException
                    || (each instanceof SQLiteException sqlite && BUSY.contains(sqlite.getResultCode()))) {
                return true;
            }
            if (each instanceof SQLException sql
                    && sql.getSQLState() != null
                    && UNREACHABLE.stream().anyMatch(sql.getSQLState()::startsWith)) {
                return true;
            }
        }
        return false;
    }

    private static String causeOf(Throwable error) {
        var each = error;
        while (each.getCause() != null && !(each instanceof SQLException)) {
            each = each.getCause();
        }
        return String.valueOf(each.getMessage());
    }

    /** The parameters may contain a password. */
    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    @Override
    public void close() {
        pool.close();
    }
}
