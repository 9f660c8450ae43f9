FROM nginx:1.22-alpine-slim
COPY default.conf /etc/nginx/conf.d/default.conf
COPY site/ /srv/site/
EXPOSE 8080
RUN addgroup -g 101 -S app && adduser -S -u 101 -G app app
USER app
CMD ["nginx", "-g", "daemon off;"]
