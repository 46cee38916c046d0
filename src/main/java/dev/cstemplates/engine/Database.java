package dev.cstemplates.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;

/**
 * Where builds, their history and the queue are kept: a SQLite file that several {@code cst} processes of one host share, or a
 * PostgreSQL database that the hosts of a farm share. The schema is made and brought up to date when it is opened.
 */
public final class Database implements AutoCloseable {

    /** Beginning of the URLs that are understood beside a file. */
    public static final String POSTGRESQL = "jdbc:postgresql:";

    /** The version of the newest migration of this program. A newer schema is used as it is: migrations only add. */
    private static final int SCHEMA = 2;

    private static final Duration BUSY_LIMIT = Duration.ofSeconds(30);
    private static final Duration CONNECTION_LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    /** How long work goes on while the database can't be reached: long enough for its restart. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Classes of SQL states that mean: the server, not the statement. */
    private static final Set<String> UNREACHABLE = Set.of("08", "57", "53");

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean isShared;

    private Database(HikariDataSource pool, boolean isShared) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.isShared = isShared;
    }

    /** This host's own, in one file. */
    public static Database embedded(Path file) {
        CstHome.made(FileTrees.parentOf(file));
        var pool = new HikariConfig();
        pool.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        pool.setDataSourceProperties(sqlite());
        pool.setMaximumPoolSize(4);
        return open(pool, "sqlite", false);
    }

    /** One that hosts share: {@code jdbc:postgresql://HOST/NAME?user=…&password=…}. */
    public static Database shared(String url) {
        if (!url.startsWith(POSTGRESQL)) {
            throw Failure.usage(
                    "'" + withoutParameters(url) + "' is no database that cst knows",
                    "Use " + POSTGRESQL + "//HOST/NAME?user=USER, or leave it out for one of this host's own.");
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
                                    "The database " + place + " can't be used: " + causeOf(e),
                                    "Is it running, and may this user make tables in it?",
                                    true)
                            : Failure.host(
                                    "The database " + place + " can't be used: " + causeOf(e),
                                    "Look for a full disk, or choose another place with --home DIR."))
                    .because(e);
        }
    }

    /** Starting Flyway costs half a second: it is left out where nothing is to be done. */
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
            // There is no schema yet.
            return false;
        }
    }

    /** Whether other hosts may use it too. */
    public boolean isShared() {
        return isShared;
    }

    DataSource pool() {
        return pool;
    }

    /**
     * Does something in one transaction. Where the database can't be reached it is tried again for some minutes; an interrupted
     * thread stays so, but what it has to write is written.
     */
    <T> T transaction(Function<Handle, T> work) {
        var interrupted = false;
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return jdbi.inTransaction(work::apply);
                } catch (JdbiException e) {
                    interrupted |= Thread.interrupted();
                    if ((!isUnreachable(e) && !interrupted) || pool.isClosed() || System.nanoTime() > deadline) {
                        throw failure(e);
                    }
                    interrupted |= !pause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN_TRIES);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private Failure failure(JdbiException e) {
        var place = withoutParameters(pool.getJdbcUrl());
        return (isShared
                        ? Failure.remote("The database " + place + " failed: " + causeOf(e), "Is it running?", true)
                        : Failure.host("The database " + place + " failed: " + causeOf(e), "Look for a full disk."))
                .because(e);
    }

    private static boolean isUnreachable(Throwable trouble) {
        for (var each = trouble; each != null; each = each.getCause()) {
            if (each instanceof SQLTransientException) {
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

    private static String causeOf(Throwable trouble) {
        var each = trouble;
        while (each.getCause() != null && !(each instanceof SQLException)) {
            each = each.getCause();
        }
        return String.valueOf(each.getMessage());
    }

    /** A URL may carry a password behind its question mark. */
    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    @Override
    public void close() {
        pool.close();
    }
}
